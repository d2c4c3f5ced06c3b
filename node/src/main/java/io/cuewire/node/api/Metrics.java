package io.cuewire.node.api;

import io.cuewire.control.EndpointStatus;
import io.cuewire.control.NodeControl;
import io.cuewire.control.Status;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The page that Prometheus reads. A node tells of the endpoints that it runs itself, since each
 * node is asked; and of all nodes as it sees them.
 */
final class Metrics implements AutoCloseable {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /** Contract section 6. */
  private static final List<String> STATES =
      List.of(
          "starting",
          "connecting",
          "connected",
          "listening",
          "stale",
          "backing-off",
          "standby",
          "stopped",
          "failed");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  Metrics(NodeControl control) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
    MultiCollector show = () -> snapshot(control.status());
    registry.getPrometheusRegistry().register(show);
  }

  String text() {
    return registry.scrape(CONTENT_TYPE);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }

  private static MetricSnapshots snapshot(Status status) {
    var own = status.endpoints().stream().filter(e -> e.node().equals(status.node())).toList();
    return MetricSnapshots.builder()
        .metricSnapshot(counter("in", "Messages received.", own, EndpointStatus::in))
        .metricSnapshot(counter("out", "Messages handed to the system.", own, EndpointStatus::out))
        .metricSnapshot(
            counter(
                "dropped",
                "Messages that a full queue, a loop or a missing connection cost.",
                own,
                EndpointStatus::dropped))
        .metricSnapshot(
            counter("errors", "Malformed input and failed sends.", own, EndpointStatus::errors))
        .metricSnapshot(states(own))
        .metricSnapshot(nodes(status))
        .build();
  }

  private static CounterSnapshot counter(
      String what, String help, List<EndpointStatus> endpoints, ToLongFunction<EndpointStatus> of) {
    var counter = CounterSnapshot.builder().name("cuewire_endpoint_" + what).help(help);
    for (var endpoint : endpoints) {
      counter.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(labels(endpoint))
              .value(of.applyAsLong(endpoint))
              .build());
    }
    return counter.build();
  }

  private static GaugeSnapshot states(List<EndpointStatus> endpoints) {
    var states =
        GaugeSnapshot.builder()
            .name("cuewire_endpoint_state")
            .help("1 for the state that the endpoint is in, 0 for the others.");
    for (var endpoint : endpoints) {
      for (var state : STATES) {
        states.dataPoint(
            GaugeDataPointSnapshot.builder()
                .labels(labels(endpoint).add("state", state))
                .value(endpoint.state().equals(state) ? 1 : 0)
                .build());
      }
    }
    return states.build();
  }

  private static Labels labels(EndpointStatus endpoint) {
    return Labels.of(
        "endpoint", endpoint.name(), "node", endpoint.node(), "protocol", endpoint.protocol());
  }

  private static GaugeSnapshot nodes(Status status) {
    var nodes =
        GaugeSnapshot.builder()
            .name("cuewire_node_up")
            .help("1 for a node that this node sees as up.");
    for (var node : status.nodes()) {
      nodes.dataPoint(
          GaugeDataPointSnapshot.builder()
              .labels(Labels.of("node", node.name()))
              .value(node.state().equals("up") ? 1 : 0)
              .build());
    }
    return nodes.build();
  }
}
