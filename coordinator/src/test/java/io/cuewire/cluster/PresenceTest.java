package io.cuewire.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class PresenceTest {

  @Test
  void isTheSameAfterItHasCrossedALink() {
    for (var members : List.of(List.<String>of(), List.of("foh"), List.of("foh", "a \"b\" \\ é"))) {
      var presence = new Presence("pekko://cuewire@127.0.0.1:7411", members);
      assertThat(Presence.parse(presence.toText())).isEqualTo(presence);
    }
  }

  @Test
  void isInAClusterWhenItHasMembers() {
    assertThat(new Presence("x", List.of()).inCluster()).isFalse();
    assertThat(new Presence("x", List.of("a")).inCluster()).isTrue();
  }

  @Test
  void refusesTextThatIsNone() {
    for (var text : List.of("", "[]", "{\"address\":\"x\"}", "{\"members\":\"a\"}", "\0")) {
      assertThatIllegalArgumentException()
          .as("for %s", text)
          .isThrownBy(() -> Presence.parse(text))
          .withMessageStartingWith("not a presence: ");
    }
  }
}
