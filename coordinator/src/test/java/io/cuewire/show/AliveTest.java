package io.cuewire.show;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AliveTest {

  @Test
  void runsAShowOfOscAndRoutes() {
    assertThat(Alive.notYet(Shows.valid(Shows.SMALL))).isEmpty();
    for (var example : List.of("training.yaml", "three-machines.yaml")) {
      var file = Shows.examples().stream().filter(path -> path.endsWith(example)).findFirst();
      assertThat(Alive.notYet(Shows.valid(Shows.text(file.orElseThrow())))).isEmpty();
    }
  }

  @Test
  void runsEverythingThatTheContractShows() {
    var show = Shows.valid(Shows.text(Shows.resource("contract.yaml")));
    assertThat(Alive.notYet(show)).isEmpty();
  }

  @Test
  void saysWhatItDoesNotRunYet() {
    var show = Shows.valid("show: six\nnodes: {foh: {host: \"::1\", cluster: 7411, api: 7421}}\n");
    assertThat(Alive.notYet(show))
        .containsExactly(
            "node 'foh' has an IPv6 address as host, which this version does not run yet");
  }
}
