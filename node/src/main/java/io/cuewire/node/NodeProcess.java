package io.cuewire.node;

import com.typesafe.config.ConfigFactory;
import io.cuewire.cluster.ClusterControl;
import io.cuewire.cluster.ClusterLife;
import io.cuewire.cluster.LocalNode;
import io.cuewire.cluster.NodeAgent;
import io.cuewire.cluster.ShowRequests;
import io.cuewire.cluster.StatusBoard;
import io.cuewire.control.NodeControl;
import io.cuewire.endpoint.Endpoint;
import io.cuewire.endpoint.EndpointActor;
import io.cuewire.endpoint.Endpoints;
import io.cuewire.fault.Guard;
import io.cuewire.link.Hello;
import io.cuewire.link.LinkState;
import io.cuewire.link.Links;
import io.cuewire.link.Probe;
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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running node: its endpoints in the device system, its links to the other nodes, its cluster
 * system and its HTTP interface.
 */
final class NodeProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("cuewire.node");
  private static final int ENDING_SECONDS = 5;
  private static final int LOOK_SECONDS = 2;
  private static final int AFTERWARDS_MILLIS = 30;
  private static final String DATA = "the data folder";

  /** Contract section 5. */
  private static final Duration PEERS_ANSWER = Duration.ofMillis(500);

  private final AtomicBoolean progressToTell = new AtomicBoolean();
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  private final TimeTags timeTags;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final Executor afterwards =
      CompletableFuture.delayedExecutor(AFTERWARDS_MILLIS, TimeUnit.MILLISECONDS, blocking);

  /** Of its own: it may wait for a disk. */
  private final ScheduledExecutorService disk =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("data folder").factory());

  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("watch").factory());
  private final DataFolder data;
  private final Links links;
  private final LocalNode node;
  private final StatusBoard board;
  private final ClusterControl control;
  private final ClusterLife life;
  private final ActorSystem<Endpoints.Tell> devices;
  private final ApiServer api;

  private NodeProcess(
      Show show,
      String showVersion,
      Path folder,
      DataFolder data,
      ShowNode self,
      boolean alone,
      Runnable end)
      throws IOException {
    var clock = Clock.systemUTC();
    this.data = data;
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
                new ShowRequests(this::statusText, this::control),
                entries -> life().tell(new NodeAgent.Written(entries)),
                news -> links().tell(news),
                this::stopProgressed,
                Optional.of(data.path()),
                blocking,
                afterwards,
                folder,
                alone,
                clock,
                System::nanoTime,
                end),
            this::endpointChanged);
    Thread.setDefaultUncaughtExceptionHandler(this::crashed);
    watch(clock);
    board = new StatusBoard(node, showVersion);
    control = new ClusterControl(node, board);
    life =
        new ClusterLife(
            node,
            board,
            control,
            other -> links.to(other).state(),
            machine -> Probe.reaches(machine.host(), machine.port()));
    devices =
        ActorSystem.create(
            Endpoints.create(List.copyOf(node.endpoints()), blocking),
            "devices",
            ConfigFactory.load().getConfig("cuewire.devices").withFallback(ConfigFactory.load()));
    var mayBeStopped = node.recallStops();
    links.start();
    if (mayBeStopped) {
      awaitPeers(show, self);
      node.obeyStops();
    }
    node.start();
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
   * @param data the node's own folder
   * @param alone carries listed endpoints whoever else is there
   * @param end ends this process, which closes the node
   * @throws IOException when one of its ports cannot be had, with the reason
   */
  static NodeProcess start(
      Show show,
      String showVersion,
      Path folder,
      DataFolder data,
      ShowNode self,
      boolean alone,
      Runnable end)
      throws IOException {
    return new NodeProcess(show, showVersion, folder, data, self, alone, end);
  }

  private void watch(Clock clock) {
    lookAtData();
    disk.scheduleWithFixedDelay(
        Guard.of(this::lookAtData), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    var jumps = new ClockJumps(node.faults(), clock, System::nanoTime);
    var handles = new FileHandles(node.faults());
    watch.scheduleWithFixedDelay(Guard.of(jumps::look), 1, 1, TimeUnit.SECONDS);
    watch.scheduleWithFixedDelay(Guard.of(handles::look), 0, 1, TimeUnit.SECONDS);
  }

  private void lookAtData() {
    data.look()
        .ifPresentOrElse(
            why -> node.faults().lasts(DATA, why),
            () -> {
              node.faults().over(DATA);
              node.keepStops();
            });
  }

  /** A bug that nobody has caught, or that a {@link Guard} has. */
  private void crashed(Thread thread, Throwable bug) {
    node.faults().crashed("the thread '" + thread.getName() + "'", bug);
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
              this::heard,
              () -> node().stopNews(),
              this::heardNews));
    } catch (IOException e) {
      throw new IOException(Failure.of(e, "link " + self.bind() + ":" + self.link()).detail(), e);
    }
  }

  private String statusText() {
    return ApiServer.status(control);
  }

  private LocalNode node() {
    return node;
  }

  private NodeControl control() {
    return control;
  }

  private Links links() {
    return links;
  }

  /** Many endpoints confirm at the same time, each while it holds its own lock. */
  private void stopProgressed() {
    if (!progressToTell.getAndSet(true)) {
      afterwards.execute(() -> {
        progressToTell.set(false);
        board.stopProgressed();
        life.tell(new NodeAgent.EndpointChanged());
      });
    }
  }

  /** A stop that was in force when this process ended may have been cleared since. */
  private void awaitPeers(Show show, ShowNode self) {
    var others = show.nodes().keySet().stream().filter(n -> !n.equals(self.name())).toList();
    var until = System.nanoTime() + PEERS_ANSWER.toNanos();
    while (node.isStopToObey()
        && System.nanoTime() < until
        && !others.stream().allMatch(this::hasAnswered)) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** Who is reached tells what it knows at once; who is not there refuses. */
  private boolean hasAnswered(String other) {
    return told.contains(other) || links.to(other).state() == LinkState.REFUSED;
  }

  private void heardNews(Hello other, String news) {
    try {
      node.heardNews(news);
    } catch (IllegalArgumentException e) {
      LOG.error("{}: its news cannot be read: {}", other.node(), e.getMessage());
    }
    told.add(other.node());
  }

  private ClusterLife life() {
    return life;
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
    life.close();
    api.close();
    end();
  }

  private void end() {
    watch.shutdownNow();
    disk.shutdownNow();
    devices.terminate();
    try {
      devices.getWhenTerminated().toCompletableFuture().get(ENDING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the endpoints do not end", e);
    } finally {
      links.close(); // last: it is proof that nothing runs here any more
      node.close();
    }
    timeTags.close();
    blocking.close();
  }
}
