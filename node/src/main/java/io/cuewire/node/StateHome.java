package io.cuewire.node;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where a user's programs keep what survives them (XDG Base Directory Specification). */
public final class StateHome {
  private StateHome() {}

  /** The program's own folder there; nobody has made it yet. */
  public static Path of(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("XDG_STATE_HOME"))
        .filter(folder -> !folder.isBlank())
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "state"))
        .resolve("cuewire");
  }
}
