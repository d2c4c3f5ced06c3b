package io.cuewire.routing;

import io.cuewire.codec.OscCodec;
import io.cuewire.message.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The routing table of one moment, compiled: for each source the routes that leave it, and for each
 * address seen there what to do with it. Replaced whole when a route or an owner changes. Any
 * number of threads route through one snapshot.
 */
public final class RoutingSnapshot {
  /** A message that has crossed this many routes is in a loop. */
  public static final int MAX_HOPS = 8;

  /** Longer patterns from the network are taken literally. */
  private static final int MAX_INCOMING_PATTERN = 512;

  static final RoutingSnapshot EMPTY = new RoutingSnapshot(Map.of());

  private final Map<String, Source> sources;

  private RoutingSnapshot(Map<String, Source> sources) {
    this.sources = sources;
  }

  public static RoutingSnapshot compile(List<Route> routes, Patchbay patchbay) {
    var sources = new HashMap<String, Source>();
    for (var name : patchbay.sources()) {
      var leaving = new ArrayList<Leaving>();
      for (var route : routes) {
        if (route.from().contains(name) || route.from().contains(Route.EVERY_ENDPOINT)) {
          leaving.add(
              new Leaving(
                  AddressPattern.compile(route.match()),
                  route.change(),
                  targets(route, name, patchbay)));
        }
      }
      sources.put(name, new Source(leaving, address -> patchbay.acts(name, address)));
    }
    return new RoutingSnapshot(sources);
  }

  private static List<Target> targets(Route route, String source, Patchbay patchbay) {
    var names = new LinkedHashSet<String>();
    route.to().forEach(to -> names.addAll(patchbay.named(to)));
    if (!route.echo()) {
      names.remove(source);
    }
    var targets = new ArrayList<Target>();
    for (var name : names) {
      var instances = patchbay.instances(name);
      targets.addAll(instances.isEmpty() ? List.<Target>of(_ -> false) : instances);
    }
    return targets;
  }

  /** Delivers the message; returns how many deliveries were lost. Keeps the message unchanged. */
  int route(String source, Message message) {
    var from = sources.get(source);
    if (from == null) {
      return 0;
    }
    var deliveries = from.deliveries(message);
    var hops = message.hops();
    if (deliveries.length > 0 && hops >= MAX_HOPS) {
      return 1;
    }
    message.hops(hops + 1);
    var lost = 0;
    for (var delivery : deliveries) {
      lost += delivery.deliver(message);
    }
    message.hops(hops);
    return lost;
  }

  /** A route, seen from one of its sources. */
  private record Leaving(AddressPattern match, Transformation change, List<Target> targets) {}

  /** What to do with one address. */
  private record Delivery(boolean unchanged, Mapping mapping, Target[] targets) {
    private static final Mapping NO_CHANGE = new Mapping(Transformation.NONE, "");

    static Delivery asItIs(Target target) {
      return new Delivery(true, NO_CHANGE, new Target[] {target});
    }

    int deliver(Message message) {
      if (unchanged) {
        return deliverTo(message);
      }
      return mapping.apply(message).map(this::deliverTo).orElse(1);
    }

    private int deliverTo(Message message) {
      var lost = 0;
      for (var target : targets) {
        if (!target.deliver(message)) {
          lost++;
        }
      }
      return lost;
    }
  }

  /** The routes that leave one endpoint, and a bounded cache by the bytes of the address. */
  private static final class Source {
    private static final int SLOTS = 1 << 11;

    /** Of an address that is kept: whoever sends others all the time does not fill the memory. */
    private static final int LONGEST_KEPT = 128;

    private static final Delivery[] NONE = {};
    private static final int PROBES = 8;

    private final List<Leaving> routes;
    private final Function<String, Optional<Target>> acts;

    /** Written without a lock: entries are immutable, and a lost one is worked out again. */
    private final Entry[] cache = new Entry[SLOTS];

    private record Entry(byte[] address, int hash, Delivery[] deliveries) {
      boolean is(int otherHash, ByteBuffer buffer, int from, int length) {
        if (hash != otherHash || address.length != length) {
          return false;
        }
        for (var i = 0; i < length; i++) {
          if (address[i] != buffer.get(from + i)) {
            return false;
          }
        }
        return true;
      }
    }

    Source(List<Leaving> routes, Function<String, Optional<Target>> acts) {
      this.routes = List.copyOf(routes);
      this.acts = acts;
    }

    Delivery[] deliveries(Message message) {
      var length = message.addressLength();
      var buffer = message.oscBuffer();
      var from = message.oscFrom();
      var hash = 1;
      for (var i = from; i < from + length; i++) {
        hash = 31 * hash + buffer.get(i);
      }
      var home = hash ^ (hash >>> 15);
      for (var probe = 0; probe < PROBES; probe++) {
        var slot = (home + probe) & (SLOTS - 1);
        var entry = cache[slot];
        if (entry == null) {
          return enter(slot, hash, message, length);
        }
        if (entry.is(hash, buffer, from, length)) {
          return entry.deliveries;
        }
      }
      return enter(home & (SLOTS - 1), hash, message, length);
    }

    private Delivery[] enter(int slot, int hash, Message message, int length) {
      // the address in the bytes, which are the key: decoded values may hold what OSC cannot carry
      var deliveries = workOut(OscCodec.address(message.oscBuffer(), message.oscFrom()));
      if (length <= LONGEST_KEPT) {
        var address = new byte[length];
        message.oscBuffer().get(message.oscFrom(), address);
        cache[slot] = new Entry(address, hash, deliveries);
      }
      return deliveries;
    }

    private Delivery[] workOut(String address) {
      var incoming =
          AddressPattern.isPattern(address) && address.length() <= MAX_INCOMING_PATTERN
              ? patternOrLiteral(address)
              : new IncomingLiteral(address);
      var deliveries = new ArrayList<Delivery>();
      if (incoming instanceof IncomingLiteral) {
        acts.apply(address).ifPresent(target -> deliveries.add(Delivery.asItIs(target)));
      }
      for (var route : routes) {
        incoming.meet(route, deliveries);
      }
      return deliveries.toArray(NONE);
    }

    private static Incoming patternOrLiteral(String address) {
      try {
        return new IncomingPattern(address, AddressPattern.compile(address));
      } catch (IllegalArgumentException notAPattern) {
        return new IncomingLiteral(address);
      }
    }
  }

  /** An address as it came from the network. */
  private sealed interface Incoming {
    void meet(Leaving route, List<Delivery> deliveries);

    static Delivery delivery(Leaving route, String address, List<String> captures, boolean same) {
      var change = route.change();
      var rewritten = change.address().map(a -> Mapping.rewrite(a, captures)).orElse(address);
      return new Delivery(
          same && change.isIdentity(),
          new Mapping(change, rewritten),
          route.targets().toArray(Target[]::new));
    }
  }

  private record IncomingLiteral(String address) implements Incoming {
    @Override
    public void meet(Leaving route, List<Delivery> deliveries) {
      route
          .match()
          .match(address)
          .ifPresent(captures -> deliveries.add(Incoming.delivery(route, address, captures, true)));
    }
  }

  /**
   * OSC 1.0: a pattern in a message selects among the addresses that exist. These are the literal
   * ones of the routes, and such a route gets its own address, not the pattern.
   */
  private record IncomingPattern(String address, AddressPattern pattern) implements Incoming {
    @Override
    public void meet(Leaving route, List<Delivery> deliveries) {
      if (!route.match().isLiteral()) {
        new IncomingLiteral(address).meet(route, deliveries);
        return;
      }
      var literal = route.match().toString();
      if (pattern.matches(literal)) {
        deliveries.add(Incoming.delivery(route, literal, List.of(), literal.equals(address)));
      }
    }
  }
}
