package io.cuewire.endpoint;

import io.cuewire.message.Message;
import io.cuewire.transport.OutboundQueue;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What every endpoint has, whatever it speaks.
 *
 * @param where what it opens, for people: {@code listening on 127.0.0.1:9000}
 * @param stop what it sends on an emergency stop; empty for nothing
 * @param silence connected but without a message for this long it is stale
 */
public record EndpointSettings(
    String name,
    String protocol,
    String where,
    boolean listens,
    boolean receives,
    boolean sends,
    Backoff reconnect,
    Supplier<OutboundQueue> queue,
    Optional<Message> stop,
    Optional<Duration> silence,
    Opener opener) {}
