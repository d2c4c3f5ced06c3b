package io.cuewire.parameter;

import static org.assertj.core.api.Assertions.assertThat;

import io.cuewire.ledger.Entry.Fade;
import io.cuewire.ledger.Entry.ParameterSet;
import io.cuewire.show.ParameterId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InterpolationTest {

  private static ParameterSet fade(Object from, Object to, long millis) {
    return new ParameterSet(
        new ParameterId("/a", "b"), to, 0, Optional.empty(), Optional.of(new Fade(from, millis)));
  }

  @Test
  void goesStraightFromOneNumberToTheOther() {
    assertThat(Interpolation.at(fade(0f, 1f, 1000), 0)).isEqualTo(0f);
    assertThat(Interpolation.at(fade(0f, 1f, 1000), 250)).isEqualTo(0.25f);
    assertThat(Interpolation.at(fade(3f, 1f, 1000), 500)).isEqualTo(2f);
  }

  @Test
  void endsOnExactlyTheValue() {
    assertThat(Interpolation.at(fade(0.3f, 0.1f, 7), 7)).isEqualTo(0.1f);
    assertThat(Interpolation.at(fade(0.3f, 0.1f, 7), 1e9)).isEqualTo(0.1f);
    assertThat(Interpolation.at(fade(1f, 5, 0), 0)).isEqualTo(5);
  }

  @Test
  void waitsForItsBeginning() {
    assertThat(Interpolation.at(fade(0.3f, 0.1f, 100), -50)).isEqualTo(0.3f);
    assertThat(Interpolation.at(fade(0.3f, 0.1f, 0), -50)).isIn(0.1f, 0.3f);
  }

  @Test
  void betweenWholeNumbersItIsWhole() {
    assertThat(Interpolation.at(fade(0, 10, 100), 24)).isEqualTo(2);
    assertThat(Interpolation.at(fade(10, 0, 100), 99)).isEqualTo(0);
    assertThat(Interpolation.at(fade(0, 1L << 40, 100), 50)).isEqualTo(1L << 39);
    assertThat(Interpolation.at(fade(0, 10f, 100), 25)).isEqualTo(2.5f);
    assertThat(Interpolation.at(fade(0.5f, 10, 100), 0)).isEqualTo(0.5f);
  }

  @Test
  void whatDoesNotFadeIsThere() {
    var set =
        new ParameterSet(new ParameterId("/a", "b"), "x", 0, Optional.empty(), Optional.empty());
    assertThat(Interpolation.at(set, -5)).isEqualTo("x");
  }
}
