package io.cuewire.node.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The demo's machines, with addresses and ports that were free when they were looked for, and the
 * show that runs on them.
 *
 * @param osc UDP port of the first machine that a controller aims at
 * @param meter UDP port on 127.0.0.1 where the demo counts what arrives
 */
record DemoPlan(List<Machine> machines, int osc, int meter) {
  static final int MOST = 9;

  private static final List<String> NAMES =
      List.of(
          "foh",
          "stage-left",
          "stage-right",
          "video",
          "lights",
          "monitors",
          "balcony",
          "backstage",
          "lobby");
  private static final int CLUSTER = 7411;
  private static final int API = 7421;
  private static final int OSC = 9000;
  private static final int PROGRAM = 9100;

  /**
   * One node of the show.
   *
   * @param program UDP port on 127.0.0.1 that its show program listens on
   */
  record Machine(String name, String host, int cluster, int link, int api, int program) {
    String url() {
      return "http://" + host + ":" + api;
    }
  }

  DemoPlan {
    machines = List.copyOf(machines);
  }

  /**
   * Each machine on a loopback address of its own, 127.0.0.1 and up, where the system has more than
   * one; ports as in the contract's example while they are free.
   */
  static DemoPlan find(int nodes, int meter) {
    var ownHosts = nodes == 1 || isFree("127.0.0." + nodes, 0);
    var taken = new HashSet<String>();
    var machines = new ArrayList<Machine>();
    for (var i = 1; i <= nodes; i++) {
      var host = ownHosts ? "127.0.0." + i : "127.0.0.1";
      machines.add(
          new Machine(
              NAMES.get(i - 1),
              host,
              free(host, CLUSTER, taken),
              free(host, CLUSTER + 1, taken),
              free(host, API, taken),
              PROGRAM + i));
    }
    return new DemoPlan(machines, freeUdp(machines.getFirst().host()), meter);
  }

  private static int free(String host, int preferred, Set<String> taken) {
    var port = preferred;
    while (!isFree(host, port) || !taken.add(host + ":" + port)) {
      port = anyFree(host);
    }
    return port;
  }

  private static boolean isFree(String host, int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(host, port));
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private static int anyFree(String host) {
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freeUdp(String host) {
    try (var _ = new DatagramSocket(new InetSocketAddress(host, OSC))) {
      return OSC;
    } catch (IOException _) {
      try (var socket = new DatagramSocket(new InetSocketAddress(host, 0))) {
        return socket.getLocalPort();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** True when some port is not the usual one, because another program has it. */
  boolean isUnusual() {
    return osc != OSC
        || machines.stream()
            .anyMatch(m -> m.cluster() != CLUSTER || m.link() != CLUSTER + 1 || m.api() != API);
  }

  Machine first() {
    return machines.getFirst();
  }

  /** Those that send to show programs: all but the first, if there are others. */
  List<Machine> senders() {
    return machines.size() == 1 ? machines : machines.subList(1, machines.size());
  }

  /** The show file. */
  String show() {
    try (var template =
        Objects.requireNonNull(DemoPlan.class.getResourceAsStream("demo-show.yaml"))) {
      return new String(template.readAllBytes(), StandardCharsets.UTF_8)
          .replace("<nodes>", lines(machines, DemoPlan::node))
          .replace("<osc>", String.valueOf(osc))
          .replace("<first>", first().name())
          .replace("<programs>", lines(senders(), m -> sender("program", m, m.program())))
          .replace("<meters>", lines(senders(), m -> sender("meter", m, meter)))
          .replace("<program-names>", names("program"))
          .replace("<meter-names>", names("meter"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String node(Machine machine) {
    return "%s: {host: %s, cluster: %d, link: %d, api: %d}"
        .formatted(
            machine.name(), machine.host(), machine.cluster(), machine.link(), machine.api());
  }

  private static String sender(String kind, Machine machine, int port) {
    return "%s-%s: {protocol: osc, send: \"127.0.0.1:%d\", on: %s}"
        .formatted(kind, machine.name(), port, machine.name());
  }

  private static String lines(List<Machine> machines, Function<Machine, String> line) {
    return machines.stream().map(m -> "  " + line.apply(m)).collect(Collectors.joining("\n"));
  }

  private String names(String kind) {
    return senders().stream().map(m -> kind + "-" + m.name()).collect(Collectors.joining(", "));
  }
}
