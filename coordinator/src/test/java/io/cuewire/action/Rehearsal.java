package io.cuewire.action;

import io.cuewire.ledger.Entry.Hand;
import io.cuewire.message.Message;
import io.cuewire.show.ParameterId;
import io.cuewire.show.ShowReader;
import io.cuewire.show.ShowReading;
import io.cuewire.testing.HandClock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the messages of a show's endpoints set off on one node, kept in the order it happens. */
final class Rehearsal implements Stage {
  static final Instant START = HandClock.START;
  private static final String ENDPOINTS =
      """
      show: rehearsal
      nodes: {a: {host: 10.0.0.1, cluster: 7411, api: 7421}}
      endpoints:
        tablet: {protocol: osc, listen: 9000, on: a}
        to-tablet: {protocol: osc, send: "10.0.0.9:9001", on: a}
        desk: {protocol: tcp, listen: 8080, on: a}
        other: {protocol: udp, listen: 8000, on: a}
      """;

  /** {@code move /geo1 sx 0.5 tablet}, {@code scene high}, {@code to-tablet /1/fader1 [0.5]}. */
  final List<String> happened = new CopyOnWriteArrayList<>();

  final Map<ParameterId, Object> values = new ConcurrentHashMap<>();
  final HandClock clock = new HandClock();
  final Programs programs = new Programs(clock, clock::nanoTime);
  final Actions actions;
  volatile Optional<Hand> mover = Optional.empty();
  volatile boolean refuses;

  /**
   * @param rest of the show file
   */
  Rehearsal(String rest) {
    var show =
        switch (ShowReader.read("show.yaml", ENDPOINTS + rest, Map.of())) {
          case ShowReading.Valid(var valid) -> valid;
          case ShowReading.Invalid(var problems) -> throw new AssertionError(problems);
        };
    actions = new Actions(show, "a", clock, clock::nanoTime, this, programs);
  }

  /** A message arrives; false when what it asks for was refused. */
  boolean arrives(String endpoint, String peer, String address, Object... args) {
    return arrives(endpoint, Message.of(address, Arrays.asList(args)).sentBy(peer));
  }

  private boolean arrives(String endpoint, Message message) {
    return actions
        .of(endpoint, message.address())
        .map(target -> target.deliver(message.cameFrom(endpoint, 0)))
        .orElse(true);
  }

  /** What happens because of a message that a broker has kept. */
  List<String> afterRetained(String endpoint, String address, Object... args) {
    happened.clear();
    arrives(endpoint, Message.of(address, Arrays.asList(args)).retained(true));
    return List.copyOf(happened);
  }

  /** What happens because of one message. */
  List<String> after(String endpoint, String address, Object... args) {
    happened.clear();
    arrives(endpoint, "10.0.0.9:5000", address, args);
    return List.copyOf(happened);
  }

  ControlSurface surface() {
    return actions.surfaces().getFirst();
  }

  @Override
  public boolean move(ParameterId id, Object value, Optional<Hand> by) {
    if (refuses) {
      return false;
    }
    happened.add("move " + id + " " + value + by.map(h -> " " + h.surface()).orElse(""));
    values.put(id, value);
    mover = by;
    return true;
  }

  @Override
  public Optional<Object> value(ParameterId id) {
    return Optional.ofNullable(values.get(id));
  }

  @Override
  public void changeScene(String scene, String by) {
    happened.add("scene " + scene);
  }

  @Override
  public void emergencyStop(String by) {
    happened.add("stop by " + by);
  }

  @Override
  public void beat() {
    happened.add("beat");
  }

  @Override
  public void send(String endpoint, Message message) {
    happened.add(endpoint + " " + message);
  }

  @Override
  public boolean release(ParameterId id, Object value, Optional<Hand> by) {
    return move(id, value, by);
  }
}
