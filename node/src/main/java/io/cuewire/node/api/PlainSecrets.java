package io.cuewire.node.api;

import io.cuewire.show.ProtocolKeys;
import io.cuewire.show.Secret;
import io.cuewire.show.Show;
import io.cuewire.show.ShowWriter;
import java.util.stream.Stream;

/** Tokens and passwords that whoever reads the show file would see. */
final class PlainSecrets {
  private PlainSecrets() {}

  /** False when each was written as {@code ${env:NAME}}, as which it is written again. */
  static boolean areIn(Show show) {
    var text = ShowWriter.write(show);
    var security = Stream.of(show.security().operator(), show.security().viewer());
    return Stream.concat(
            security.flatMap(secret -> secret.stream()),
            show.endpoints().values().stream().flatMap(endpoint -> of(endpoint.keys())))
        .anyMatch(secret -> text.contains(secret.value()));
  }

  private static Stream<Secret> of(ProtocolKeys keys) {
    return switch (keys) {
      case ProtocolKeys.Http http -> http.headers().values().stream();
      case ProtocolKeys.Mqtt mqtt -> mqtt.password().stream();
      case ProtocolKeys.Osc _,
          ProtocolKeys.Udp _,
          ProtocolKeys.Tcp _,
          ProtocolKeys.WebSocket _,
          ProtocolKeys.Serial _ ->
          Stream.empty();
    };
  }
}
