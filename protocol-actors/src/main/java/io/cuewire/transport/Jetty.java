package io.cuewire.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.Scheduler;

/** What servers and clients set in Jetty alike. */
public final class Jetty {
  private static final int MOST_CLIENT_THREADS = 4;
  private static final Duration ACCEPT_PAUSE = Duration.ofMillis(10);

  private Jetty() {}

  /** A virtual thread for each task. */
  public static ExecutorService tasks(String name) {
    return Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + " ", 0).factory());
  }

  /**
   * Few threads: what may wait runs on virtual ones.
   *
   * @param tasks runs it
   */
  public static QueuedThreadPool threads(String name, int most, Executor tasks) {
    var threads = new QueuedThreadPool(most, 1);
    threads.setName(name);
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    threads.setVirtualThreadsExecutor(tasks);
    return threads;
  }

  public static HttpConfiguration http() {
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    return http;
  }

  /** A connector for an endpoint: who is not allowed, or too many, is closed and counted. */
  public static ServerConnector connector(
      Server server, HttpConfiguration http, int most, List<Cidr> allow, EndpointIo io) {
    Predicate<InetSocketAddress> admits =
        caller -> {
          var allowed = Peers.allows(allow, caller);
          if (!allowed) {
            io.foreign(caller);
          }
          return allowed;
        };
    return connector(server, http, most, admits, io::lost);
  }

  /**
   * @param most connections at a time; others are closed
   * @param admits whether a caller may connect
   * @param refused told why a caller that may was closed
   */
  public static ServerConnector connector(
      Server server,
      HttpConfiguration http,
      int most,
      Predicate<InetSocketAddress> admits,
      Consumer<String> refused) {
    var connector = new Door(server, http, most, admits, refused);
    server.addConnector(connector);
    return connector;
  }

  /** Binds the port; callers wait until the server has started. */
  public static void open(ServerConnector connector, InetSocketAddress bind) throws IOException {
    connector.setHost(bind.getAddress().getHostAddress());
    connector.setPort(bind.getPort());
    try {
      connector.open();
    } catch (IOException e) {
      throw e.getCause() instanceof BindException taken ? taken : e;
    }
  }

  /** A client with no memory of its own. */
  public static HttpClient client(String name, Duration connectTimeout) {
    var connector = new ClientConnector();
    connector.setSelectors(1);
    connector.setConnectTimeout(connectTimeout);
    var http = new HttpClient(new HttpClientTransportOverHTTP(connector));
    http.setName(name);
    http.setExecutor(threads(name, MOST_CLIENT_THREADS, tasks(name)));
    http.setConnectTimeout(connectTimeout.toMillis());
    http.setHttpCookieStore(new HttpCookieStore.Empty());
    return http;
  }

  /** Closes who may not connect before anything is read. */
  private static final class Door extends ServerConnector {
    private final int most;
    private final Predicate<InetSocketAddress> admits;
    private final Consumer<String> refused;
    private final Set<SelectableChannel> connections = ConcurrentHashMap.newKeySet();

    /** Why nobody can call; of the selecting thread alone. */
    private volatile String deaf = "";

    Door(
        Server server,
        HttpConfiguration http,
        int most,
        Predicate<InetSocketAddress> admits,
        Consumer<String> refused) {
      super(server, 0, 1, new HttpConnectionFactory(http));
      this.most = most;
      this.admits = admits;
      this.refused = refused;
    }

    @Override
    protected SelectorManager newSelectorManager(
        Executor executor, Scheduler scheduler, int selectors) {
      var manager =
          new ServerConnectorManager(executor, scheduler, selectors) {
            @Override
            protected SelectableChannel doAccept(SelectableChannel server) throws IOException {
              try {
                var caller = super.doAccept(server);
                deaf = "";
                return caller;
              } catch (ClosedChannelException closed) {
                throw closed;
              } catch (IOException e) { // out of file handles, for one
                cannotAccept(e);
                return null; // nobody, to Jetty; it asks again at once
              }
            }

            @Override
            protected void accepted(SelectableChannel channel) throws IOException {
              if (admit((SocketChannel) channel)) {
                super.accepted(channel);
              } else {
                channel.close();
              }
            }
          };
      manager.addEventListener(
          new SelectorManager.AcceptListener() {
            @Override
            public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
              connections.remove(channel);
            }

            @Override
            public void onClosed(SelectableChannel channel) {
              connections.remove(channel);
            }
          });
      return manager;
    }

    /** Whoever calls waits meanwhile; so do the connections there are, but not for long. */
    private void cannotAccept(IOException e) {
      var why = "callers have to wait: " + e.getMessage();
      if (!why.equals(deaf)) {
        refused.accept(why);
      }
      deaf = why;
      LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
    }

    private boolean admit(SocketChannel channel) throws IOException {
      var caller = (InetSocketAddress) channel.getRemoteAddress();
      if (!admits.test(caller)) {
        return false;
      }
      if (connections.size() >= most) {
        refused.accept("refused " + Peer.format(caller) + ": " + most + " connections are open");
        return false;
      }
      connections.add(channel);
      return true;
    }
  }
}
