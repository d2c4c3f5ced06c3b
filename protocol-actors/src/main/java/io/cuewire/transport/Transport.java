package io.cuewire.transport;

import io.cuewire.message.Message;
import java.util.List;

/** One open connection of an endpoint, or its open listener with all clients. */
public interface Transport extends AutoCloseable {
  /** Begins to carry messages; an opened transport that nobody wants any more is only closed. */
  void start();

  /** The other ends it knows. */
  List<Peer> peers();

  /** Sends to one client of a server; false where there is no such client. */
  default boolean sendTo(String peer, Message message) {
    return false;
  }

  /** Closes every socket and ends every thread of it. */
  @Override
  void close();

  /** How a transport reports what becomes of it, from any thread; its end at most once. */
  interface Events {
    /** The connection is gone; the endpoint opens it again. */
    void lost(Failure failure);

    /** Still open, but the last thing it was asked to do has failed. */
    void troubled(Failure failure);

    /** The trouble is over. */
    void recovered();

    /** A bug in a codec or a transport: the endpoint is restarted. */
    void crashed(Throwable bug);
  }
}
