package io.cuewire.show;

/**
 * @param value Integer, Long, Float, Boolean or String
 */
public record ParameterValue(ParameterId id, Object value) {}
