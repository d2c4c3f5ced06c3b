package io.cuewire.bench;

import io.cuewire.bench.Table.Goal;
import io.cuewire.bench.Traffic.Pace;
import io.cuewire.bench.Traffic.Trial;
import io.cuewire.bench.Traffic.Way;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One node with 64 endpoints, and what the 56 that work feel when the servers of the other eight
 * are gone and these try again all the time.
 */
final class Crowd {
  private static final int WORKING = 55; // and the listener
  private static final int FAILING = 8;
  private static final int FADERS = 100;
  private static final double RATE = 5_000;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Goal UNDISTURBED = new Goal("≤ 2.00", ratio -> ratio <= 2);

  private final Rig rig;
  private final List<InetSocketAddress> servers = new ArrayList<>();
  private final List<InetSocketAddress> outs = new ArrayList<>();

  Crowd(Rig rig) {
    this.rig = rig;
  }

  void run(Table table, Duration time) throws IOException, InterruptedException {
    while (outs.size() < WORKING) {
      outs.add(rig.address("127.0.0.1"));
    }
    while (servers.size() < FAILING) {
      servers.add(rig.address("127.0.0.1"));
    }
    var in = rig.address("127.0.0.1");
    var well = new ArrayList<Trial>();
    var failing = new ArrayList<Trial>();
    try (var traffic = new Traffic(outs)) {
      List<Process> nodes;
      try (var _ = new Servers(servers)) {
        nodes = rig.nodes(1, show(in), 1 + WORKING + FAILING);
      }
      var way = new Way("crowd", in, 1, nodes);
      for (var round = 0; round < Comparison.ROUNDS; round++) {
        try (var _ = new Servers(servers)) {
          measure(traffic, way, time, well);
        }
        measure(traffic, way, time, failing);
      }
    }
    var what = "64 endpoints, 8 of them failing (left) or none (right): ";
    table.row(what + "lost", lost(failing), lost(well), "", "");
    table.compare(what + "p50 µs", micros(failing, 50), micros(well, 50), Goal.NONE);
    table.compare(what + "p99 µs", micros(failing, 99), micros(well, 99), UNDISTURBED);
  }

  private static void measure(Traffic traffic, Way way, Duration time, List<Trial> trials)
      throws IOException {
    traffic.run(way, RATE, SECOND, Pace.EXACT); // while the eight find out
    for (var second = 0; second < time.toSeconds(); second++) {
      trials.add(traffic.run(way, RATE, SECOND, Pace.EXACT));
    }
  }

  private static List<Double> micros(List<Trial> trials, double percentile) {
    return trials.stream().map(trial -> trial.micros(percentile)).toList();
  }

  private static String lost(List<Trial> trials) {
    return "" + trials.stream().mapToLong(Trial::lost).sum();
  }

  /** Each fader goes to one of those that work, and to the eight. */
  private String show(InetSocketAddress in) {
    var endpoints = new StringBuilder("endpoints:\n");
    var routes = new StringBuilder("routes:\n  all: {from: in, match: //, to: \"tcp:*\"}\n");
    endpoints.append("  in: {protocol: osc, listen: %d, on: n1}\n".formatted(in.getPort()));
    for (var i = 0; i < WORKING; i++) {
      var line = "  out%d: {protocol: osc, send: \"%s\", on: n1}\n";
      endpoints.append(line.formatted(i, Rig.text(outs.get(i))));
      var faders =
          IntStream.iterate(i, f -> f < FADERS, f -> f + WORKING)
              .mapToObj(Integer::toString)
              .collect(Collectors.joining(","));
      routes.append(
          "  r%d: {from: in, match: \"/fader/{%s}\", to: out%d}\n".formatted(i, faders, i));
    }
    for (var server : servers) {
      var line =
          "  gone%d: {protocol: tcp, connect: \"%s\", on: n1, reconnect: {min: 50ms, max: 200ms}}\n";
      endpoints.append(line.formatted(server.getPort(), Rig.text(server)));
    }
    return endpoints.append(routes).toString();
  }

  /** TCP servers that read and throw away. */
  private static final class Servers implements AutoCloseable {
    private final List<Closeable> sockets = new CopyOnWriteArrayList<>();

    Servers(List<InetSocketAddress> addresses) throws IOException {
      for (var address : addresses) {
        var server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(address);
        sockets.add(server);
        Thread.ofVirtual().start(() -> serve(server));
      }
    }

    private void serve(ServerSocket server) {
      while (!server.isClosed()) {
        try (var client = server.accept()) {
          sockets.add(client);
          client.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException ended) {
          continue;
        }
      }
    }

    @Override
    public void close() throws IOException {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }
}
