package io.cuewire.http;

import io.cuewire.codec.Budget;
import io.cuewire.transport.Cidr;
import io.cuewire.transport.Origins;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an HTTP listener needs to open.
 *
 * @param files the folder of the static files that it serves
 * @param allow whose requests are taken; empty for everybody's
 * @param origins the pages that may send
 * @param budget of what waits in memory
 */
public record HttpListenerSettings(
    InetSocketAddress bind,
    Optional<Path> files,
    List<Cidr> allow,
    Origins origins,
    Budget budget) {}
