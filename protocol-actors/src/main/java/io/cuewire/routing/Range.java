package io.cuewire.routing;

/** A closed numeric interval; {@code to} may be smaller than {@code from} to invert a control. */
public record Range(double from, double to) {}
