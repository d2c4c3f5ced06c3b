package io.cuewire.node;

import com.typesafe.config.ConfigFactory;
import io.cuewire.cluster.ClusterControl;
import io.cuewire.cluster.ClusterLife;
import io.cuewire.cluster.LocalNode;
import io.cuewire.cluster.NodeAgent;
import io.cuewire.cluster.ShowRequests;
import io.cuewire.cluster.StatusBoard;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.endpoint.EndpointActor;
import io.cuewire.endpoint.Endpoints;
import io.cuewire.link.Hello;
import io.cuewire.link.LinkState;
import io.cuewire.link.Links;
import io.cuewire.node.api.ApiServer;
import io.cuewire.osc.TimeTags;
import io.cuewire.show.Show;
import io.cuewire.show.ShowNode;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * One running node: its endpoints in the device system, its links to the other nodes, its cluster
 * system and its HTTP interface.
 */
final class NodeProcess implements AutoCloseable {
  private static final int ENDING_SECONDS = 5;

  private final TimeTags timeTags;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final Links links;
  private final LocalNode node;
  private final StatusBoard board;
  private final ClusterControl control;
  private final ClusterLife life;
  private final ActorSystem<Endpoints.Tell> devices;
  private final ApiServer api;

  private NodeProcess(Show show, String showVersion, Path folder, ShowNode self, boolean alone)
      throws IOException {
    var clock = Clock.systemUTC();
    checkFree(self);
    timeTags = new TimeTags(clock);
    links = bindLinks(show, showVersion, self);
    node =
        new LocalNode(
            show,
            self.name(),
            timeTags,
            new LocalNode.Surroundings(
                (other, endpoint) -> links.to(other).to(endpoint),
                other -> links.to(other).state(),
                this::tell,
                new ShowRequests(this::statusText),
                folder,
                alone,
                clock),
            this::endpointChanged);
    board = new StatusBoard(node, showVersion);
    control = new ClusterControl(node, board);
    life = new ClusterLife(node, board, control, other -> links.to(other).state());
    devices =
        ActorSystem.create(
            Endpoints.create(List.copyOf(node.endpoints()), blocking),
            "devices",
            ConfigFactory.load().getConfig("cuewire.devices").withFallback(ConfigFactory.load()));
    node.replan();
    links.start();
    life.start();
    try {
      api = ApiServer.start(new InetSocketAddress(self.bind(), self.api()), control);
    } catch (IOException | RuntimeException e) {
      life.close();
      end();
      throw e;
    }
  }

  /**
   * Starts a node; it goes on until it is closed.
   *
   * @param showVersion fingerprint of the show file
   * @param folder of the show file
   * @param alone carries listed endpoints whoever else is there
   * @throws IOException when one of its ports cannot be had, with the reason
   */
  static NodeProcess start(Show show, String showVersion, Path folder, ShowNode self, boolean alone)
      throws IOException {
    return new NodeProcess(show, showVersion, folder, self, alone);
  }

  /** Pekko's own words for a taken port are for its developers. */
  private static void checkFree(ShowNode self) throws IOException {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(self.bind(), self.cluster()));
    } catch (IOException e) {
      throw new IOException(
          Failure.of(e, "cluster " + self.bind() + ":" + self.cluster()).detail(), e);
    }
  }

  private Links bindLinks(Show show, String showVersion, ShowNode self) throws IOException {
    var others = new LinkedHashMap<String, InetSocketAddress>();
    for (var other : show.nodes().values()) {
      if (!other.name().equals(self.name())) {
        others.put(other.name(), InetSocketAddress.createUnresolved(other.host(), other.link()));
      }
    }
    var bind = new InetSocketAddress(self.bind(), self.link());
    try {
      return Links.bind(
          new Links.Settings(
              new Hello(show.name(), showVersion, self.name(), System.currentTimeMillis()),
              bind,
              others,
              this::presence,
              this::target,
              this::linkChanged,
              this::heard));
    } catch (IOException e) {
      throw new IOException(Failure.of(e, "link " + self.bind() + ":" + self.link()).detail(), e);
    }
  }

  private String statusText() {
    return ApiServer.status(control);
  }

  private String presence() {
    return life.presence();
  }

  private Optional<EndpointIo> target(String endpoint) {
    return node.endpoint(endpoint).map(Endpoint::io);
  }

  private void linkChanged(String other, LinkState state) {
    life.tell(new NodeAgent.LinkChanged(other, state));
  }

  private void heard(Hello other, String presence) {
    life.heard(other.node(), presence);
  }

  private void tell(String endpoint, EndpointActor.Command command) {
    devices.tell(new Endpoints.Tell(endpoint, command));
  }

  private void endpointChanged(Endpoint endpoint) {
    board.changed(endpoint);
    life.tell(new NodeAgent.EndpointChanged());
  }

  /** Leaves the cluster and frees every port. */
  @Override
  public void close() {
    node.leave();
    life.close();
    api.close();
    end();
  }

  private void end() {
    links.close();
    devices.terminate();
    try {
      devices.getWhenTerminated().toCompletableFuture().get(ENDING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the endpoints do not end", e);
    }
    timeTags.close();
    blocking.close();
  }
}
