package io.cuewire.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.cuewire.routing.Route;
import io.cuewire.show.ParameterId;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;

/**
 * One thing that was changed while the show runs, the same on every node in the end: of two values
 * for a key the one with the higher epoch stays, of one epoch that with the higher version, of
 * equal versions that of the later name. A node that began anew has forgotten its versions: of two
 * values of one version and author the later text stays.
 *
 * @param version a logical clock: higher than every version its author knew
 * @param author the node that made the change
 */
public record Entry(String key, long version, String author, Value value) {
  public static final Comparator<Entry> NEWER =
      Comparator.comparingLong((Entry e) -> e.value().epoch())
          .thenComparingLong(Entry::version)
          .thenComparing(Entry::author)
          .thenComparing(e -> e.value().toString());

  /** Of all that it holds, so that different ledgers have different sums of it. */
  long digest() {
    return UUID.nameUUIDFromBytes(toString().getBytes(UTF_8)).getMostSignificantBits();
  }

  /** What was changed. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
  @JsonSubTypes({
    @JsonSubTypes.Type(value = RouteSet.class, name = "route"),
    @JsonSubTypes.Type(value = RouteRemoved.class, name = "removed"),
    @JsonSubTypes.Type(value = Enabled.class, name = "enabled"),
    @JsonSubTypes.Type(value = Owner.class, name = "owner"),
    @JsonSubTypes.Type(value = ParameterSet.class, name = "parameter"),
    @JsonSubTypes.Type(value = SceneFired.class, name = "scene"),
    @JsonSubTypes.Type(value = StopRaised.class, name = "stop"),
    @JsonSubTypes.Type(value = StopCleared.class, name = "cleared")
  })
  public sealed interface Value {
    String key();

    /** Whatever else a node has changed, it does not win over a later epoch. */
    default long epoch() {
      return 0;
    }
  }

  public record RouteSet(Route route) implements Value {
    @Override
    public String key() {
      return "route/" + route.name();
    }
  }

  public record RouteRemoved(String route) implements Value {
    @Override
    public String key() {
      return "route/" + route;
    }
  }

  public record Enabled(String endpoint, boolean enabled) implements Value {
    @Override
    public String key() {
      return key(endpoint);
    }

    static String key(String endpoint) {
      return "enabled/" + endpoint;
    }
  }

  /**
   * The node that runs an endpoint which several could run.
   *
   * @param epoch grows with each change of owner
   */
  public record Owner(String endpoint, String node, long epoch) implements Value {
    @Override
    public String key() {
      return key(endpoint);
    }

    static String key(String endpoint) {
      return "owner/" + endpoint;
    }
  }

  /**
   * A parameter's value, or where its fade ends.
   *
   * @param value Integer, Long, Float, Boolean or String
   * @param since when it was set or its fade began, milliseconds since the epoch
   * @param by the surface that set it
   */
  public record ParameterSet(
      ParameterId id, Object value, long since, Optional<Hand> by, Optional<Fade> fade)
      implements Value {

    static final String FOLDER = "parameter/";

    static String key(ParameterId id) {
      return FOLDER + id;
    }

    @Override
    public String key() {
      return key(id);
    }
  }

  /** Who moved a control: he sees what he does, and is not told. */
  public record Hand(String surface, String node, String peer) {}

  /**
   * A straight way from one number to another.
   *
   * @param millis how long it takes
   */
  public record Fade(Object from, long millis) {}

  /**
   * @param since milliseconds since the epoch
   */
  public record SceneFired(String scene, long sequence, long since) implements Value {
    static final String KEY = "scene";

    @Override
    public String key() {
      return KEY;
    }
  }

  /**
   * An emergency stop. It is in force until it is cleared by name, so that a clear ends no stop
   * that it did not know.
   *
   * @param id of this stop alone
   * @param since milliseconds since the epoch
   * @param by who raised it, for people
   */
  public record StopRaised(String id, long since, String reason, String node, String by)
      implements Value {
    @Override
    public String key() {
      return "stop/" + id;
    }
  }

  /** That stop is over. */
  public record StopCleared(String id) implements Value {
    @Override
    public String key() {
      return key(id);
    }

    static String key(String stop) {
      return "cleared/" + stop;
    }
  }
}
