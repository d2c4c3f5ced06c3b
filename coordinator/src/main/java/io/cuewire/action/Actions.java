package io.cuewire.action;

import io.cuewire.message.Message;
import io.cuewire.parameter.ParameterRules;
import io.cuewire.routing.AddressPattern;
import io.cuewire.routing.Target;
import io.cuewire.show.ParameterMapping;
import io.cuewire.show.ProtocolKeys;
import io.cuewire.show.Show;
import io.cuewire.show.ShowEndpoint;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What the show itself does with a message that arrives, beside its routes: commands by address,
 * mappings onto parameters, and control surfaces (contract sections 3 and 4).
 */
public final class Actions {
  private static final String STOP = "/emergency_stop";
  private static final String SCENE = "/scene";

  private final Show show;
  private final Stage stage;
  private final Programs programs;
  private final List<ControlSurface> surfaces;

  /**
   * @param node this one
   */
  public Actions(
      Show show, String node, Clock clock, LongSupplier nanoTime, Stage stage, Programs programs) {
    this.show = show;
    this.stage = stage;
    this.programs = programs;
    this.surfaces =
        show.surfaces().values().stream()
            .map(s ->
                new ControlSurface(
                    s, isDatagrams(show.endpoints().get(s.in())), node, clock, nanoTime, stage))
            .toList();
  }

  private static boolean isDatagrams(ShowEndpoint e) {
    return switch (e.keys()) {
      case ProtocolKeys.Udp _ -> true;
      case ProtocolKeys.Osc osc -> osc.transport() == ProtocolKeys.Osc.Transport.UDP;
      default -> false;
    };
  }

  public List<ControlSurface> surfaces() {
    return surfaces;
  }

  /** Who has used the surfaces within the last minute. */
  public List<ControlSurface.User> users() {
    return surfaces.stream().flatMap(s -> s.users().stream()).toList();
  }

  /** What is done with a message of this address from this endpoint; nothing for most. */
  public Optional<Target> of(String source, String address) {
    var all = new ArrayList<Target>();
    command(address).ifPresent(all::add);
    Optional.ofNullable(show.mappings().get(address)).ifPresent(m -> all.add(x -> map(m, x)));
    show.emergency()
        .heartbeat()
        .filter(h -> h.from().equals(source) && AddressPattern.compile(h.match()).matches(address))
        .ifPresent(_ -> all.add(this::beat));
    surfaces.stream().filter(s -> s.surface().in().equals(source)).forEach(s -> all.add(s::heard));
    return switch (all.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(all.getFirst());
      default -> Optional.of(message -> deliver(all, message));
    };
  }

  private static boolean deliver(List<Target> all, Message message) {
    var done = true;
    for (var target : all) {
      done &= target.deliver(message);
    }
    return done;
  }

  private Optional<Target> command(String address) {
    return Optional.ofNullable(
        switch (address) {
          case STOP -> this::stop;
          case SCENE -> this::namedScene;
          case Programs.FPS, Programs.FRAME -> programs::report;
          default -> address.startsWith(SCENE + "/") ? this::scene : null;
        });
  }

  private boolean stop(Message message) {
    if (Truth.of(message.args())) {
      stage.emergencyStop(by(message));
    }
    return true;
  }

  private boolean beat(Message message) {
    if (!message.isRetained()) {
      stage.beat();
    }
    return true;
  }

  private boolean scene(Message message) {
    if (Truth.of(message.args())) {
      stage.changeScene(message.address().substring(SCENE.length() + 1), by(message));
    }
    return true;
  }

  /** A scene may be called 1, which a text frame and a fader's program send as a number. */
  private boolean namedScene(Message message) {
    return switch (message.args().isEmpty() ? "" : message.args().getFirst()) {
      case String name when !name.isEmpty() -> changeScene(name, message);
      case Integer number -> number == 0 || changeScene(number.toString(), message);
      case null, default -> false;
    };
  }

  private boolean changeScene(String name, Message message) {
    stage.changeScene(name, by(message));
    return true;
  }

  private static String by(Message message) {
    return (message.source() + " " + message.peer()).strip();
  }

  private boolean map(ParameterMapping mapping, Message message) {
    if (message.args().isEmpty()) {
      return false;
    }
    try {
      return stage.move(
          mapping.target(), mapped(mapping, message.args().getFirst()), Optional.empty());
    } catch (IllegalArgumentException noNumber) {
      return false;
    }
  }

  /** Scale, offset, min and max, in that order. A text is passed on where there are none. */
  private static Object mapped(ParameterMapping mapping, Object value) {
    if (mapping.isIdentity()) {
      return value;
    }
    var number = ParameterRules.number(value);
    number = number * mapping.scale().orElse(1) + mapping.offset().orElse(0);
    number = Math.max(number, mapping.min().orElse(number));
    return (float) Math.min(number, mapping.max().orElse(number));
  }
}
