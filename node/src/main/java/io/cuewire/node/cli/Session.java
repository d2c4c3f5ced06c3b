package io.cuewire.node.cli;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where commands are typed: one command line of the process, or a shell.
 *
 * @param commands those that are known there
 * @param asker puts a question and returns what was typed; absent when nobody is there to ask
 * @param target the node to ask when a command does not say; absent for the usual one
 */
record Session(
    List<Command> commands, Optional<UnaryOperator<String>> asker, Optional<Target> target) {}
