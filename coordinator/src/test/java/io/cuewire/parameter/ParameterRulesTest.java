package io.cuewire.parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cuewire.show.DeclaredParameter;
import io.cuewire.show.DeclaredParameter.Type;
import io.cuewire.show.ParameterId;
import io.cuewire.show.Parameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ParameterRulesTest {
  private static final ParameterId GAIN = new ParameterId("/audio", "gain");
  private static final ParameterId COUNT = new ParameterId("/geo1", "count");
  private static final ParameterId SHOWN = new ParameterId("/geo1", "display");
  private static final ParameterId NAME = new ParameterId("/text1", "text");
  private static final ParameterId FREE = new ParameterId("/geo1", "sx");

  private final ParameterRules rules = rules(false);

  private static ParameterRules rules(boolean strict) {
    return rules(
        strict,
        declared(GAIN, Type.FLOAT, OptionalDouble.of(0), OptionalDouble.of(1)),
        declared(COUNT, Type.INT, OptionalDouble.of(1), OptionalDouble.of(8)),
        declared(SHOWN, Type.BOOL, OptionalDouble.empty(), OptionalDouble.empty()),
        declared(NAME, Type.STRING, OptionalDouble.empty(), OptionalDouble.empty()));
  }

  private static ParameterRules rules(boolean strict, DeclaredParameter... all) {
    var declared = new LinkedHashMap<ParameterId, DeclaredParameter>();
    for (var each : all) {
      declared.put(each.id(), each);
    }
    return new ParameterRules(new Parameters(List.of(), strict, declared));
  }

  private static DeclaredParameter declared(
      ParameterId id, Type type, OptionalDouble min, OptionalDouble max) {
    return new DeclaredParameter(id, type, min, max, Optional.empty());
  }

  @Test
  void whatIsNotDeclaredTakesAnything() {
    for (var value : List.of(1, 1L << 40, 0.5f, true, "red")) {
      assertThat(rules.accept(FREE, value)).isEqualTo(value);
    }
    assertThat(rules.accept(FREE, 0.5)).isEqualTo(0.5f);
  }

  @Test
  void aDeclaredFloatIsNeverAnInteger() {
    assertThat(rules.accept(GAIN, 1)).isEqualTo(1f);
    assertThat(rules.accept(GAIN, 0L)).isEqualTo(0f);
  }

  @Test
  void whatIsNotDeclaredIsNotFoundWhereTheShowIsStrict() {
    assertThatThrownBy(() -> rules(true).accept(FREE, 1))
        .isInstanceOf(ParameterRules.NotFound.class)
        .hasMessage(
            "Parameter not found: /geo1 sx, the show declares no such parameter and is strict");
    assertThat(rules(true).accept(GAIN, 0.5f)).isEqualTo(0.5f);
  }

  @Test
  void aParameterNeedsAnAddressThatOscCanCarry() {
    for (var id :
        List.of(
            new ParameterId("geo1", "sx"),
            new ParameterId("", "sx"),
            new ParameterId("/geo1/", "sx"),
            new ParameterId("/geo 1", "sx"),
            new ParameterId("/geo*", "sx"),
            new ParameterId("/geo1", ""),
            new ParameterId("/geo1", "s/x"),
            new ParameterId("/geö1", "sx"))) {
      assertThatThrownBy(() -> rules.accept(id, 1))
          .as("%s", id)
          .isInstanceOf(ParameterRules.NotFound.class)
          .hasMessage(
              "Parameter not found: "
                  + id
                  + ", the operator must be a path such as /project1/geo1 and the parameter one"
                  + " word");
    }
  }

  @Test
  void aPathHasItsLimit() {
    assertThat(rules.accept(new ParameterId("/a".repeat(126), "sx"), 1)).isEqualTo(1);
    var deep = new ParameterId("/a".repeat(50_000), "sx");
    assertThatThrownBy(() -> rules.accept(deep, 1)).hasMessageStartingWith("Parameter not found");
  }

  @Test
  void whatOscKnowsAndAParameterCannotHaveIsRefused() {
    for (var value : Arrays.asList(null, new byte[] {1}, 'c', List.of(1))) {
      assertThatThrownBy(() -> rules.accept(FREE, value))
          .hasMessage("wrong type: " + FREE + " takes a number, a text, true or false");
      assertThatThrownBy(() -> rules.fit(GAIN, value)).hasMessageStartingWith("wrong type");
    }
  }

  @Test
  void limitsAreExactDecimals() {
    var tenth =
        rules(false, declared(GAIN, Type.FLOAT, OptionalDouble.of(0.1), OptionalDouble.of(0.3)));
    assertThat(tenth.accept(GAIN, 0.1f)).isEqualTo(0.1f);
    assertThat(tenth.accept(GAIN, 0.3f)).isEqualTo(0.3f);
    assertThatThrownBy(() -> tenth.accept(GAIN, 0.30001f))
        .hasMessage("out of range: 0.30001, /audio gain takes from 0.1 up to 0.3");
  }

  @Test
  void whatIsOutOfRangeIsRefusedWithTheRange() {
    assertThatThrownBy(() -> rules.accept(GAIN, 1.5f))
        .hasMessage("out of range: 1.5, /audio gain takes from 0 up to 1");
    assertThatThrownBy(() -> rules.accept(COUNT, -3))
        .hasMessage("out of range: -3, /geo1 count takes from 1 up to 8");
    var open = declared(GAIN, Type.FLOAT, OptionalDouble.of(2), OptionalDouble.empty());
    assertThatThrownBy(() -> rules(false, open).accept(GAIN, 1f))
        .hasMessage("out of range: 1.0, /audio gain takes from 2");
  }

  @Test
  void whatIsOfTheWrongTypeIsRefusedWithTheType() {
    assertThatThrownBy(() -> rules.accept(GAIN, "loud"))
        .hasMessage("wrong type: /audio gain is declared as float, not 'loud'");
    assertThatThrownBy(() -> rules.accept(GAIN, true))
        .hasMessage("wrong type: /audio gain is declared as float, not true");
    assertThatThrownBy(() -> rules.accept(COUNT, 1.5f))
        .hasMessage("wrong type: /geo1 count is declared as int, not 1.5");
    assertThatThrownBy(() -> rules.accept(SHOWN, 1))
        .hasMessage("wrong type: /geo1 display is declared as bool, not 1");
    assertThatThrownBy(() -> rules.accept(NAME, 1))
        .hasMessage("wrong type: /text1 text is declared as string, not 1");
  }

  @Test
  void whatIsNoFiniteFloatIsNoValue() {
    for (var value :
        List.of(Float.NaN, Float.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, 1e300)) {
      for (var id : List.of(GAIN, FREE)) {
        assertThatThrownBy(() -> rules.accept(id, value))
            .hasMessage("wrong type: " + value + " is no value for " + id);
        assertThatThrownBy(() -> rules.fit(id, value))
            .hasMessage("wrong type: " + value + " is no value for " + id);
      }
    }
  }

  @Test
  void aTextThatIsTooLongIsRefused() {
    assertThat(rules.accept(NAME, "x".repeat(4 << 10))).isNotNull();
    assertThatThrownBy(() -> rules.accept(NAME, "x".repeat((4 << 10) + 1)))
        .hasMessage("wrong type: a text of 4097 characters is too long for /text1 text");
  }

  @Test
  void aControlEndsAtTheLimits() {
    assertThat(rules.fit(GAIN, 1.5f)).isEqualTo(1f);
    assertThat(rules.fit(GAIN, -1)).isEqualTo(0f);
    assertThat(rules.fit(COUNT, 100f)).isEqualTo(8);
    assertThat(rules.fit(COUNT, -100L)).isEqualTo(1);
  }

  @Test
  void aControlsNumberIsRoundedToAnInteger() {
    assertThat(rules.fit(COUNT, 2.4f)).isEqualTo(2);
    assertThat(rules.fit(COUNT, 2.6)).isEqualTo(3);
    assertThat(rules.fit(COUNT, true)).isEqualTo(1);
  }

  @Test
  void aControlSwitchesABoolean() {
    assertThat(rules.fit(SHOWN, 1)).isEqualTo(true);
    assertThat(rules.fit(SHOWN, 0.2f)).isEqualTo(true);
    assertThat(rules.fit(SHOWN, 0f)).isEqualTo(false);
    assertThat(rules.fit(SHOWN, true)).isEqualTo(true);
    assertThat(rules.fit(GAIN, true)).isEqualTo(1f);
  }

  @Test
  void aControlIsNoText() {
    assertThatThrownBy(() -> rules.fit(NAME, 1)).hasMessageStartingWith("wrong type");
    assertThat(rules.fit(NAME, "red")).isEqualTo("red");
    assertThatThrownBy(() -> rules.fit(GAIN, "loud")).hasMessageStartingWith("wrong type");
  }

  @Test
  void aLimitThatNoFloatNamesIsStillALimitAndNoError() {
    var odd = declared(GAIN, Type.FLOAT, OptionalDouble.of(1 / 7.0), OptionalDouble.of(1 / 3.0));
    for (var value : List.of(-1f, 0.1428571428f, 0.2f, 0.3333333333f, 1f)) {
      var fitted = (Float) rules(false, odd).fit(GAIN, value);
      assertThat(odd.allows(fitted)).as("%s becomes %s", value, fitted).isTrue();
    }
    var halves = declared(COUNT, Type.INT, OptionalDouble.of(0.5), OptionalDouble.of(2.5));
    assertThat(rules(false, halves).fit(COUNT, 0)).isEqualTo(1);
    assertThat(rules(false, halves).fit(COUNT, 9)).isEqualTo(2);
  }

  @Test
  void aControlsNumberIsTheDecimalThatWasSaid() {
    assertThat(ParameterRules.number(0.1f)).isEqualTo(0.1);
    assertThat(ParameterRules.number(true)).isEqualTo(1);
    assertThat(ParameterRules.number(7L)).isEqualTo(7);
    assertThatThrownBy(() -> ParameterRules.number("x")).hasMessage("wrong type: 'x' is no number");
  }
}
