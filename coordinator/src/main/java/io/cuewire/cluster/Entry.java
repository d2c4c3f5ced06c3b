package io.cuewire.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.cuewire.routing.Route;
import java.util.Comparator;
import java.util.UUID;

/**
 * One thing that was changed while the show runs, the same on every node in the end: of two values
 * for a key the one with the higher version stays, of equal versions that of the later name. A node
 * that began anew has forgotten its versions: of two values of one version and author the later
 * text stays.
 *
 * @param version a logical clock: higher than every version its author knew
 * @param author the node that made the change
 */
record Entry(String key, long version, String author, Value value) {
  static final Comparator<Entry> NEWER =
      Comparator.comparingLong(Entry::version)
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
    @JsonSubTypes.Type(value = Owner.class, name = "owner")
  })
  sealed interface Value {
    String key();
  }

  record RouteSet(Route route) implements Value {
    @Override
    public String key() {
      return "route/" + route.name();
    }
  }

  record RouteRemoved(String route) implements Value {
    @Override
    public String key() {
      return "route/" + route;
    }
  }

  record Enabled(String endpoint, boolean enabled) implements Value {
    @Override
    public String key() {
      return "enabled/" + endpoint;
    }
  }

  record Owner(String endpoint, String node) implements Value {
    @Override
    public String key() {
      return "owner/" + endpoint;
    }
  }
}
