package io.cuewire.http;

import io.cuewire.codec.Budget;
import io.cuewire.transport.Cidr;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What an HTTP listener needs to open.
 *
 * @param files the folder of the static files that it serves
 * @param allow whose requests are taken; empty for everybody's
 * @param foreignOrigin whether a page of that origin may not send
 * @param budget of what waits in memory
 */
public record HttpListenerSettings(
    InetSocketAddress bind,
    Optional<Path> files,
    List<Cidr> allow,
    Predicate<String> foreignOrigin,
    Budget budget) {}
