package io.cuewire.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.action.Programs.Program;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ActionsTest {
  private final Rehearsal show =
      new Rehearsal(
          """
          mappings:
            /volume: {operator: /audio, parameter: gain, scale: 2, offset: 1, min: 0, max: 2}
            /name: {operator: /text1, parameter: text}
          scenes: {high: [{wait: 1s}]}
          emergency: {heartbeat: {from: other, match: "/alive/*", within: 2s}}
          """);

  @Test
  void theStopIsEnteredWithNoArgumentOrATrueOne() {
    var stopped = List.of("stop by tablet 10.0.0.9:5000");
    assertThat(show.after("tablet", "/emergency_stop")).isEqualTo(stopped);
    assertThat(show.after("tablet", "/emergency_stop", 1)).isEqualTo(stopped);
    assertThat(show.after("tablet", "/emergency_stop", 0.5f)).isEqualTo(stopped);
    assertThat(show.after("tablet", "/emergency_stop", true)).isEqualTo(stopped);
    assertThat(show.after("tablet", "/emergency_stop", "fire")).isEqualTo(stopped);
  }

  @Test
  void aReleasedButtonDoesNothing() {
    for (var no : List.<Object>of(0, 0f, 0L, 0.0, false)) {
      for (var address : List.of("/emergency_stop", "/scene/high", "/scene")) {
        assertThat(show.after("tablet", address, no)).as("%s %s", address, no).isEmpty();
      }
    }
  }

  @Test
  void aSceneIsNamedInTheAddressOrAsArgument() {
    assertThat(show.after("desk", "/scene/high")).containsExactly("scene high");
    assertThat(show.after("desk", "/scene/high", 1f)).containsExactly("scene high");
    assertThat(show.after("desk", "/scene", "high")).containsExactly("scene high");
    assertThat(show.after("desk", "/scene", "no such")).containsExactly("scene no such");
    assertThat(show.after("desk", "/scene", 7)).containsExactly("scene 7");
  }

  @Test
  void aSceneWithoutANameIsRefused() {
    assertThat(show.arrives("desk", "", "/scene")).isFalse();
    assertThat(show.arrives("desk", "", "/scene", "")).isFalse();
    assertThat(show.arrives("desk", "", "/scene", 0.5f)).isFalse();
    assertThat(show.happened).isEmpty();
  }

  @Test
  void onlyLiteralAddressesAreCommands() {
    for (var address :
        List.of("/emergency_sto?", "/emergency_stop/1", "/x/emergency_stop", "/scenes", "/scen?")) {
      assertThat(show.actions.of("tablet", address)).as(address).isEmpty();
    }
    assertThat(show.after("tablet", "/scene/*")).containsExactly("scene *");
  }

  @Test
  void aMappingScalesMovesAndLimitsInThatOrder() {
    assertThat(show.after("desk", "/volume", 0.25f)).containsExactly("move /audio gain 1.5");
    assertThat(show.after("desk", "/volume", 9)).containsExactly("move /audio gain 2.0");
    assertThat(show.after("desk", "/volume", -9)).containsExactly("move /audio gain 0.0");
    assertThat(show.after("desk", "/volume", true)).containsExactly("move /audio gain 2.0");
    assertThat(show.after("desk", "/volume", 0.5f, 7)).containsExactly("move /audio gain 2.0");
  }

  @Test
  void aMappingWithoutChangesPassesAnythingOn() {
    assertThat(show.after("desk", "/name", "red")).containsExactly("move /text1 text red");
    assertThat(show.after("desk", "/name", 7)).containsExactly("move /text1 text 7");
  }

  @Test
  void aMappingCannotUseWhatIsNoNumber() {
    assertThat(show.arrives("desk", "", "/volume")).isFalse();
    assertThat(show.arrives("desk", "", "/volume", "loud")).isFalse();
    assertThat(show.happened).isEmpty();
  }

  @Test
  void whatTheShowRefusesIsNotDone() {
    show.refuses = true;
    assertThat(show.arrives("desk", "", "/volume", 0.5f)).isFalse();
  }

  @Test
  void beatsAreHeardFromTheirEndpointOnly() {
    assertThat(show.after("other", "/alive/1", 0)).containsExactly("beat");
    assertThat(show.after("desk", "/alive/1", 0)).isEmpty();
    assertThat(show.after("other", "/alive", 0)).isEmpty();
    assertThat(show.afterRetained("other", "/alive/1", 0)).isEmpty();
  }

  @Test
  void whatNobodyWaitsForDoesNothing() {
    assertThat(show.actions.of("desk", "/1/fader1")).isEmpty();
  }

  @Test
  void programsReportPerSender() {
    show.arrives("tablet", "10.0.0.1:1", "/status/fps", 59.94f);
    show.clock.goesOn(Duration.ofSeconds(1));
    show.arrives("tablet", "10.0.0.1:1", "/status/frame", 1234);
    show.arrives("desk", "10.0.0.1:1", "/status/frame", 7f);
    show.arrives("tablet", "10.0.0.2:1", "/status/fps", 30);
    var later = Rehearsal.START.plusSeconds(1);
    assertThat(show.programs.all())
        .containsExactly(
            new Program("tablet", "10.0.0.1:1", Optional.of(59.94), Optional.of(1234L), later),
            new Program("desk", "10.0.0.1:1", Optional.empty(), Optional.of(7L), later),
            new Program("tablet", "10.0.0.2:1", Optional.of(30.0), Optional.empty(), later));
  }

  @Test
  void aReportWithoutANumberIsRefused() {
    assertThat(show.arrives("tablet", "10.0.0.1:1", "/status/fps")).isFalse();
    assertThat(show.arrives("tablet", "10.0.0.1:1", "/status/fps", "60")).isFalse();
    assertThat(show.programs.all()).isEmpty();
  }

  @Test
  void aProgramThatIsSilentIsForgotten() {
    show.arrives("tablet", "10.0.0.1:1", "/status/fps", 60f);
    show.clock.goesOn(Duration.ofSeconds(59));
    assertThat(show.programs.all()).hasSize(1);
    show.clock.goesOn(Duration.ofSeconds(2));
    assertThat(show.programs.all()).isEmpty();
  }
}
