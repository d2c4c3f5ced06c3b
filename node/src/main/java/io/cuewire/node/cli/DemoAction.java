package io.cuewire.node.cli;
final class DemoAction implements Command.Action { public Exit run(Invocation i) { return Exit.DONE; } }
