package io.cuewire.cluster;

import com.typesafe.config.Config;
import org.apache.pekko.event.EventStream;
import org.apache.pekko.remote.DeadlineFailureDetector;
import org.apache.pekko.remote.FailureDetectorWithAddress;

/**
 * Pekko's failure detector of one member, which a link's proof can end at once. Pekko makes it by
 * its class name and keeps it to itself, so it says on the event stream that it is there.
 */
public final class LifelineDetector extends DeadlineFailureDetector
    implements FailureDetectorWithAddress {
  private final EventStream events;
  private volatile String address = "";
  private volatile boolean provenDead;

  /** As Pekko calls it. */
  public LifelineDetector(Config config, EventStream events) {
    super(config, events);
    this.events = events;
  }

  @Override
  public void setAddress(String watched) {
    address = watched;
    events.publish(this);
  }

  /** The cluster system it watches. */
  String address() {
    return address;
  }

  void provenDead(boolean dead) {
    provenDead = dead;
  }

  @Override
  public boolean isAvailable() {
    return !provenDead && super.isAvailable();
  }
}
