package io.cuewire.action;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.ledger.Entry.Hand;
import io.cuewire.message.Message;
import io.cuewire.show.ParameterId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ControlSurfaceTest {
  private static final ParameterId SIZE = new ParameterId("/geo1", "sx");
  private static final ParameterId SHOWN = new ParameterId("/geo1", "display");
  private static final ParameterId TX = new ParameterId("/cam1", "tx");
  private static final ParameterId TZ = new ParameterId("/cam1", "tz");
  private static final Optional<Hand> NOBODY = Optional.empty();
  private static final String ME = "10.0.0.9:5000";

  private final Rehearsal show = new Rehearsal(surface("tablet", "to-tablet"));

  private static String surface(String in, String out) {
    return """
    scenes: {high: [{wait: 1s}]}
    surfaces:
      touchosc:
        in: %s
        out: %s
        controls:
          fader_1: {feedback: /1/fader1, targets: [
            {operator: /geo1, parameter: sx, input: [0, 1], output: [1, 3]},
            {operator: /geo1, parameter: sy}]}
          fader_2: {targets: [{operator: /geo1, parameter: sz, input: [0, 1], output: [1, -1]}]}
          rotary_7: {feedback: /2/rotary7, targets: [{operator: /geo1, parameter: rz}]}
          push_1: {action: scene, scene: high}
          push_2: {action: toggle, feedback: /1/push2, targets: [{operator: /geo1, parameter: display}]}
          push_3: {action: pulse, targets: [{operator: /movie1, parameter: cuepulse}]}
          push_4: {action: emergency}
          push_5: {targets: [{operator: /geo1, parameter: flash}]}
          xy_1: {feedback: /1/xy1, targets: [
            {operator: /cam1, parameter: tx, axis: x, input: [0, 1], output: [-10, 10]},
            {operator: /cam1, parameter: tz, axis: y, input: [0, 1], output: [-10, 10]}]}
    """
        .formatted(in, out);
  }

  private static List<String> texts(List<Message> messages) {
    return messages.stream().map(Message::toString).toList();
  }

  private List<String> feedback(ParameterId id) {
    return texts(show.surface().feedback(id, NOBODY));
  }

  @Test
  void aFaderMovesAllItsTargetsEachInItsRange() {
    assertThat(show.after("tablet", "/1/fader1", 0.25f))
        .containsExactly("move /geo1 sx 1.5 touchosc", "move /geo1 sy 0.25 touchosc");
    assertThat(show.after("tablet", "/1/fader2", 0.75f))
        .containsExactly("move /geo1 sz -0.5 touchosc");
  }

  @Test
  void aControlIsTheSameOnAnyPage() {
    assertThat(show.after("tablet", "/12/rotary7", 0.5f))
        .containsExactly("move /geo1 rz 0.5 touchosc");
    assertThat(show.after("tablet", "/mixer/rotary7", 0.6f))
        .containsExactly("move /geo1 rz 0.6 touchosc");
  }

  @Test
  void whatIsNoControlMovesNothing() {
    for (var address :
        List.of("/fader1", "/1/2/fader1", "/1/fader", "/1/fader11", "/1/slider1", "/1/fader1/x")) {
      assertThat(show.after("tablet", address, 1f)).as(address).isEmpty();
    }
    assertThat(show.after("other", "/1/fader1", 1f)).isEmpty();
  }

  @Test
  void aPadMovesOneParameterForEachAxis() {
    assertThat(show.after("tablet", "/1/xy1", 0.75f, 0.25f))
        .containsExactly("move /cam1 tx 5.0 touchosc", "move /cam1 tz -5.0 touchosc");
    assertThat(show.arrives("tablet", ME, "/1/xy1", 0.5f)).as("an axis is missing").isFalse();
  }

  @Test
  void aFaderReachesItsEndsThatLookLikeReleases() {
    assertThat(show.after("tablet", "/1/fader2", 0f)).containsExactly("move /geo1 sz 1.0 touchosc");
  }

  @Test
  void whatIsNoNumberMovesNothing() {
    assertThat(show.arrives("tablet", ME, "/1/fader2", "up")).isFalse();
    assertThat(show.arrives("tablet", ME, "/1/fader2")).isFalse();
    assertThat(show.happened).isEmpty();
  }

  @Test
  void aPushActsOnPressOnly() {
    assertThat(show.after("tablet", "/1/push1", 1f)).containsExactly("scene high");
    assertThat(show.after("tablet", "/1/push1", 0f)).isEmpty();
    assertThat(show.after("tablet", "/1/push4", 1f))
        .containsExactly("stop by surface touchosc 10.0.0.9:5000");
    assertThat(show.after("tablet", "/1/push4", 0f)).isEmpty();
    for (var button : List.of("/1/push1", "/1/push2", "/1/push3", "/1/push4")) {
      assertThat(show.afterRetained("tablet", button, 1f)).as(button).isEmpty();
    }
    assertThat(show.after("tablet", "/1/push5", 1)).containsExactly("move /geo1 flash 1 touchosc");
    assertThat(show.after("tablet", "/1/push5", 0)).isEmpty();
  }

  @Test
  void aToggleSwitchesWithEachPress() {
    assertThat(show.after("tablet", "/1/push2", 1f))
        .containsExactly("move /geo1 display 1 touchosc");
    assertThat(show.after("tablet", "/1/push2", 0f)).isEmpty();
    assertThat(show.after("tablet", "/1/push2", 1f))
        .containsExactly("move /geo1 display 0 touchosc");
    show.values.put(SHOWN, true); // somebody else
    assertThat(show.after("tablet", "/1/push2", 1f))
        .containsExactly("move /geo1 display 0 touchosc");
  }

  @Test
  void aPulseIsOverByItself() {
    assertThat(show.after("tablet", "/1/push3", 1f))
        .containsExactly("move /movie1 cuepulse 1 touchosc");
    eventually().until(() -> show.happened.size() == 2);
    assertThat(show.happened.getLast()).isEqualTo("move /movie1 cuepulse 0 touchosc");
    assertThat(show.after("tablet", "/1/push3", 0f)).isEmpty();
  }

  @Test
  void feedbackIsInTheControlsOwnRange() {
    show.values.put(SIZE, 2f);
    assertThat(feedback(SIZE)).containsExactly("/1/fader1 [0.5]");
    show.values.put(SIZE, 99);
    assertThat(feedback(SIZE))
        .as("it ends where its range ends")
        .containsExactly("/1/fader1 [1.0]");
    show.values.put(SHOWN, true);
    assertThat(feedback(SHOWN)).containsExactly("/1/push2 [1.0]");
    show.values.put(TX, 0);
    show.values.put(TZ, 10f);
    assertThat(feedback(TX)).containsExactly("/1/xy1 [0.5, 1.0]");
  }

  @Test
  void anAxisThatNobodyHasSetIsWhereItsRangeBegins() {
    show.values.put(TZ, 0f);
    assertThat(feedback(TZ)).containsExactly("/1/xy1 [0.0, 0.5]");
  }

  @Test
  void onlyTheFirstTargetIsShownAndOnlyWhereThereIsAnAddress() {
    show.values.put(new ParameterId("/geo1", "sy"), 1f);
    show.values.put(new ParameterId("/geo1", "sz"), 1f);
    assertThat(feedback(new ParameterId("/geo1", "sy"))).isEmpty();
    assertThat(feedback(new ParameterId("/geo1", "sz"))).isEmpty();
    assertThat(feedback(SIZE)).as("it has no value yet").isEmpty();
  }

  @Test
  void feedbackComesFromNobody() {
    show.values.put(SIZE, 2f);
    var message = show.surface().feedback(SIZE, NOBODY).getFirst();
    assertThat(message.source()).isEmpty();
    assertThat(message.arrived()).isEqualTo(Rehearsal.START.toEpochMilli());
  }

  @Test
  void whoAppearsIsShownEverything() {
    show.values.put(SIZE, 2f);
    show.values.put(SHOWN, false);
    assertThat(show.after("tablet", "/ping"))
        .containsExactly("to-tablet /1/fader1 [0.5]", "to-tablet /1/push2 [0.0]");
    assertThat(show.after("tablet", "/ping")).as("it asks again").hasSize(2);
    assertThat(show.after("tablet", "/accxyz", 1f)).as("it is known").isEmpty();
  }

  @Test
  void whoseFirstMessageMovesAControlIsShownTheOthers() {
    show.values.put(SIZE, 2f);
    show.values.put(SHOWN, false);
    assertThat(show.after("tablet", "/1/fader1", 0f))
        .containsExactly(
            "to-tablet /1/push2 [0.0]", "move /geo1 sx 1.0 touchosc", "move /geo1 sy 0.0 touchosc");
  }

  @Test
  void whoComesFromAnotherPortIsTheSameTablet() {
    show.values.put(SIZE, 2f);
    show.arrives("tablet", "10.0.0.9:5000", "/hello");
    show.happened.clear();
    show.arrives("tablet", "10.0.0.9:5001", "/hello");
    assertThat(show.happened).isEmpty();
    show.arrives("tablet", "10.0.0.8:5001", "/hello");
    assertThat(show.happened).containsExactly("to-tablet /1/fader1 [0.5]");
    assertThat(show.actions.users())
        .extracting(ControlSurface.User::peer)
        .containsExactlyInAnyOrder("10.0.0.9", "10.0.0.8");
  }

  @Test
  void overTcpEveryConnectionIsAnotherOneThatWasShownEverythingWhenItWasMade() {
    var tcp = new Rehearsal(surface("desk", "desk"));
    tcp.values.put(SIZE, 2f);
    tcp.arrives("desk", "10.0.0.9:5000", "/hello");
    tcp.arrives("desk", "10.0.0.9:5001", "/hello");
    assertThat(tcp.happened).isEmpty();
    assertThat(tcp.actions.users()).hasSize(2);
    tcp.arrives("desk", "10.0.0.9:5001", "/ping");
    assertThat(tcp.happened).containsExactly("desk /1/fader1 [0.5]");
  }

  @Test
  void whoWasSilentForAMinuteAppearsAnew() {
    show.values.put(SIZE, 2f);
    show.arrives("tablet", ME, "/hello");
    show.clock.goesOn(Duration.ofSeconds(61));
    assertThat(show.after("tablet", "/hello")).containsExactly("to-tablet /1/fader1 [0.5]");
  }

  @Test
  void everythingIsShownToWhoConnects() {
    assertThat(show.surface().everything()).isEmpty();
    show.values.put(SIZE, 2f);
    show.values.put(TX, -10f);
    assertThat(texts(show.surface().everything()))
        .containsExactly("/1/fader1 [0.5]", "/1/xy1 [0.0, 0.0]");
  }

  @Test
  void theEchoOfFeedbackIsNobodysWish() {
    show.arrives("tablet", ME, "/hello");
    show.values.put(SIZE, 1.2f);
    assertThat(feedback(SIZE)).containsExactly("/1/fader1 [0.1]");
    assertThat(show.after("tablet", "/1/fader1", 0.1f)).isEmpty();
    assertThat(show.after("tablet", "/1/fader1", 0.1f)).isEmpty();
    assertThat(show.after("tablet", "/1/fader1", 0.2f)).as("a hand").hasSize(2);
  }

  @Test
  void theEchoOfAPadIsNobodysWish() {
    show.arrives("tablet", ME, "/hello");
    show.values.put(TX, 0f);
    show.values.put(TZ, 0f);
    assertThat(feedback(TX)).containsExactly("/1/xy1 [0.5, 0.5]");
    assertThat(show.after("tablet", "/1/xy1", 0.5f, 0.5f)).isEmpty();
    assertThat(show.after("tablet", "/1/xy1", 0.5f, 0.4f)).hasSize(2);
  }

  @Test
  void theEchoOfAToggleSwitchesNothingAndAHandDoes() {
    show.arrives("tablet", ME, "/hello");
    show.values.put(SHOWN, true);
    assertThat(feedback(SHOWN)).containsExactly("/1/push2 [1.0]");
    assertThat(show.after("tablet", "/1/push2", 1f)).isEmpty();
    show.clock.goesOn(Duration.ofSeconds(2));
    assertThat(show.after("tablet", "/1/push2", 1f)).isNotEmpty();
    assertThat(show.values.get(SHOWN)).isEqualTo(0);
  }

  @Test
  void duringAFadeAnEchoComesLate() {
    show.arrives("tablet", ME, "/hello");
    for (var size : List.of(1.2f, 1.4f, 1.6f)) {
      show.values.put(SIZE, size);
      feedback(SIZE);
    }
    assertThat(show.after("tablet", "/1/fader1", 0.1f)).isEmpty();
    assertThat(show.after("tablet", "/1/fader1", 0.2f)).isEmpty();
  }

  /** The outputs are told every 10 ms: meanwhile a finger may come back to what was shown last. */
  @Test
  void aHandThatComesBackToWhereItWasIsNoEcho() {
    show.arrives("tablet", ME, "/1/fader1", 0.5f);
    show.surface().feedback(SIZE, show.mover);
    show.arrives("tablet", ME, "/1/fader1", 0.6f);
    assertThat(show.after("tablet", "/1/fader1", 0.5f)).contains("move /geo1 sx 2.0 touchosc");
  }

  @Test
  void theEchoOfSomebodyElsesMoveIsNobodysWish() {
    show.arrives("tablet", "10.0.0.8:5000", "/1/fader1", 0.5f);
    show.surface().feedback(SIZE, show.mover);
    show.arrives("tablet", "10.0.0.8:5000", "/1/fader1", 0.6f);
    assertThat(show.after("tablet", "/1/fader1", 0.5f))
        .doesNotContain("move /geo1 sx 2.0 touchosc");
  }

  @Test
  void whatIsRefusedSaysSo() {
    show.refuses = true;
    assertThat(show.arrives("tablet", ME, "/1/fader1", 0.5f)).isFalse();
    assertThat(show.arrives("tablet", ME, "/1/push2", 1f)).isFalse();
    assertThat(show.arrives("tablet", ME, "/1/push2", 0f)).isTrue();
  }
}
