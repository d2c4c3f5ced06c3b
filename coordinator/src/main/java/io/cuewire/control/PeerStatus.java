package io.cuewire.control;

import java.time.Instant;

/**
 * One other end of an endpoint: a sender a listener has heard, or a connected client.
 *
 * @param address {@code IP:PORT}
 * @param in messages received from it
 * @param out messages sent to it
 */
public record PeerStatus(String address, Instant since, long in, long out) {}
