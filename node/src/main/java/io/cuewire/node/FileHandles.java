package io.cuewire.node;

import com.sun.management.UnixOperatingSystemMXBean;
import io.cuewire.cluster.Faults;
import java.lang.management.ManagementFactory;

/** Notices that this process may open no more sockets and files. */
final class FileHandles {
  private static final String SUBJECT = "file handles";
  private static final int RESERVE = 8;

  private final Faults faults;

  FileHandles(Faults faults) {
    this.faults = faults;
  }

  void look() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
      look(system);
    }
  }

  private void look(UnixOperatingSystemMXBean system) {
    var most = system.getMaxFileDescriptorCount();
    if (most - used(system, most) < RESERVE) {
      faults.lasts(
          SUBJECT,
          "out of file handles (limit "
              + most
              + "): new connections have to wait, those there are go on; raise the limit"
              + " (ulimit -n), or end what opens too many");
    } else {
      faults.over(SUBJECT);
    }
  }

  /** Counting needs a handle too. */
  private static long used(UnixOperatingSystemMXBean system, long most) {
    try {
      var open = system.getOpenFileDescriptorCount();
      return open < 0 ? most : open;
    } catch (RuntimeException | InternalError noneLeft) {
      return most;
    }
  }
}
