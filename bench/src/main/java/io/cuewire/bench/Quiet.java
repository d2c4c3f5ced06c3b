package io.cuewire.bench;

import io.cuewire.bench.Table.Goal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A machine that has too much to do: nobody may be taken for dead. */
final class Quiet {
  private static final int LOOK_MILLIS = 500;

  private static final int NODES = 3;
  private static final Goal NONE = new Goal("none", count -> count == 0);

  private final Rig rig;
  private final Duration time;

  Quiet(Rig rig, Duration time) {
    this.rig = rig;
    this.time = time;
  }

  void run(Table table) throws IOException, InterruptedException {
    var nodes = rig.show(NODES, "", 0);
    var alarms = new AtomicInteger();
    var events = new AtomicLong();
    for (var node : nodes) {
      node.watch(event -> {
        events.incrementAndGet();
        var state = event.path("node").path("state").asText();
        if (event.path("event").asText().equals("node")
            && Set.of("unreachable", "down", "leaving").contains(state)) {
          alarms.incrementAndGet();
          Bench.say("quiet: %s says %s", node, event);
        }
      });
    }
    for (var i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      rig.start(
          List.of(
              "bash",
              "-c",
              "while kill -0 $PPID; do for ((i = 0; i < 99999; i++)); do :; done; done"));
    }
    var watched = new AtomicLong();
    Runnable look =
        () -> {
          for (var node : nodes) {
            watched.incrementAndGet();
            alarms.addAndGet(isWell(node) ? 0 : 1);
          }
        };
    try (var watch = Executors.newSingleThreadScheduledExecutor()) {
      watch
          .scheduleWithFixedDelay(look, 0, LOOK_MILLIS, TimeUnit.MILLISECONDS)
          .get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException enough) {
      Bench.say("quiet: %s are over", time);
    } catch (ExecutionException e) {
      throw new IOException("a node did not answer", e.getCause());
    }
    table.row(
        "quiet: times a node was not up in %s of full load".formatted(time),
        "" + alarms,
        NONE,
        alarms.get());
    table.row("quiet: events heard", "" + events, new Goal("some", n -> n > 0), events.get());
    table.row("quiet: statuses read", "" + watched, Goal.NONE, watched.get());
  }

  private static boolean isWell(Node node) {
    try {
      var status = node.status();
      var well =
          status.path("cluster").asText().equals("member")
              && status
                  .path("nodes")
                  .valueStream()
                  .allMatch(n -> n.path("state").asText().equals("up"));
      if (!well) {
        Bench.say("quiet: %s shows %s, %s", node, status.path("cluster"), status.path("nodes"));
      }
      return well;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true; // the time is over
    }
  }
}
