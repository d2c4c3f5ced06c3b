package io.cuewire.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import io.cuewire.command.ShowControl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecognitionTest {
  /** Does as it is told, and keeps what that was. */
  private static final class Show implements ShowControl {
    private final List<String> asked = new ArrayList<>();
    private Optional<String> error = Optional.empty();

    @Override
    public String status() {
      return "{\"show\":\"club\"}";
    }

    @Override
    public CompletionStage<Optional<String>> emergencyStop(String by) {
      return done("stop");
    }

    @Override
    public CompletionStage<Optional<String>> changeScene(String scene) {
      return done("scene " + scene);
    }

    @Override
    public CompletionStage<Optional<String>> setParameter(
        String operator, String parameter, Object value) {
      return done(operator + " " + parameter + " " + value + value.getClass().getSimpleName());
    }

    private CompletionStage<Optional<String>> done(String what) {
      asked.add(what);
      return CompletableFuture.completedStage(error);
    }
  }

  private final Show show = new Show();

  private String routed(String text, HandleRule... rules) {
    return Recognition.of(text, Arrays.asList(rules)) instanceof Recognition.Routed(var message)
        ? message.toString()
        : "not routed";
  }

  private String answer(String text) {
    return switch (Recognition.of(text, List.of())) {
      case Recognition.Asked request -> request.ask(show, "desk").toCompletableFuture().join();
      case Recognition.Wrong(_, var answer) -> answer;
      case Recognition.Routed(var message) -> "routed " + message;
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/a 1 0.5 word | /a [1, 0.5, word]",
        "{\"address\":\"/a\",\"args\":[1,0.5,\"x\",true,null,[2]]} | /a [1, 0.5, x, true, null, [2]]",
        "{\"address\":\"/a\"} | /a []",
        "{\"address\":\"/a\",\"args\":7} | /a [7]",
        "<cue number=\"5\"/> | /xml [<cue number=\"5\"/>]",
        "1,2,3 | /csv [1,2,3]",
        "[1,2] | /csv [[1,2]]",
        "hello world | /text [hello world]",
        "<not xml | /text [<not xml]",
        "{\"some\":1,\"other\":2} | /text [{\"some\":1,\"other\":2}]",
        "{\"command\":\"emergency_stop\",\"success\":true} | /text [{\"command\":\"emergency_stop\",\"success\":true}]",
        "{broken, json | /csv [{broken, json]",
        "cmd:status | /text [cmd:status]",
      })
  void recognisesInTheOrderOfTheContract(String text, String message) {
    assertThat(routed(text)).isEqualTo(message);
  }

  @Test
  void answersTextCommands() {
    assertThat(answer("CMD:STATUS")).isEqualTo("STATUS:{\"show\":\"club\"}");
    assertThat(answer("CMD:SCENE:high energy")).isEqualTo("OK:SCENE:high energy");
    assertThat(answer("CMD:EMERGENCY_STOP")).isEqualTo("OK:EMERGENCY_STOP");
    assertThat(show.asked).containsExactly("scene high energy", "stop");
    show.error = Optional.of("no scene 'x'");
    assertThat(answer("CMD:SCENE:x")).isEqualTo("ERROR:no scene 'x'");
    assertThat(answer("CMD:DANCE")).isEqualTo("ERROR:unknown command CMD:DANCE");
    assertThat(answer("CMD:SCENE:")).startsWith("ERROR:");
  }

  @Test
  void answersJsonCommands() {
    assertThat(answer("{\"command\":\"get_status\"}")).isEqualTo("{\"show\":\"club\"}");
    assertThat(
            answer(
                "{\"command\":\"set_parameter\",\"operator\":\"/p/geo\",\"parameter\":\"sx\",\"value\":2}"))
        .isEqualTo(
            "{\"command\":\"set_parameter\",\"success\":true,\"operator\":\"/p/geo\","
                + "\"parameter\":\"sx\",\"value\":2}");
    assertThat(answer("{\"command\":\"scene_change\",\"scene_name\":\"low\"}"))
        .isEqualTo("{\"command\":\"scene_change\",\"success\":true,\"scene_name\":\"low\"}");
    assertThat(answer("{\"command\":\"emergency_stop\"}"))
        .isEqualTo("{\"command\":\"emergency_stop\",\"success\":true}");
    assertThat(show.asked).containsExactly("/p/geo sx 2Integer", "scene low", "stop");
  }

  @Test
  void saysWhyAJsonCommandWasNotDone() {
    show.error = Optional.of("Parameter not found");
    assertThat(
            answer(
                "{\"command\":\"set_parameter\",\"operator\":\"/x\",\"parameter\":\"y\",\"value\":0.5}"))
        .isEqualTo(
            "{\"command\":\"set_parameter\",\"success\":false,\"operator\":\"/x\","
                + "\"parameter\":\"y\",\"value\":0.5,\"error\":\"Parameter not found\"}");
    assertThat(answer("{\"command\":\"set_parameter\",\"operator\":\"/x\",\"value\":1}"))
        .contains("\"success\":false", "\"error\":\"'parameter' is missing or no text\"");
    assertThat(answer("{\"command\":\"set_parameter\",\"operator\":\"/x\",\"parameter\":\"y\"}"))
        .contains("\"error\":\"'value' must be a number, a text, true or false\"");
    assertThat(answer("{\"command\":\"scene_change\"}")).contains("'scene_name' is missing");
    assertThat(answer("{\"command\":\"dance\"}")).contains("unknown command \\\"dance\\\"");
    assertThat(answer("{\"command\":5}")).contains("\"success\":false");
  }

  @Test
  void answersMessagesThatAreWrong() {
    assertThat(answer("{\"address\":\"no/slash\"}")).contains("begins with '/'");
    assertThat(answer("{\"address\":\"/a b\"}")).contains("cannot hold a space");
    assertThat(answer("{\"address\":\"/a\",\"args\":[{}]}")).contains("cannot be an object");
  }

  @Test
  void refusesWhatWouldTakeTooMuchMemoryToRead() {
    assertThat(answer("/a" + " 1".repeat(10_001))).isEqualTo("ERROR:more than 10000 arguments");
    assertThat(routed("/a" + " 1".repeat(10_000))).startsWith("/a [1, 1");
    var arrays = "{\"address\":\"/a\",\"args\":[" + "[],".repeat(20_000) + "[]]}";
    assertThat(routed(arrays)).startsWith("/csv ");
    var deep = "{\"address\":\"/a\",\"args\":" + "[".repeat(40) + "]".repeat(40) + "}";
    assertThat(answer(deep)).contains("arrays nested too deep");
  }

  @Test
  void refusesAnAddressThatOscCannotCarry() {
    assertThat(answer("/dim\0x 9")).isEqualTo("ERROR:the address holds a control character");
    var rule = new HandleRule(Pattern.compile("^GO (.*)"), "/go/{1}", List.of());
    assertThat(routed("GO a\0b c", rule)).isEqualTo("/go/a_b_c []");
  }

  @Test
  void asksTheEndpointsOwnRulesFirst() {
    var level =
        new HandleRule(
            Pattern.compile("^LEVEL (\\w+)=([-.\\d]+)$"), "/level/{1}", List.of("$2", "fixed", 7));
    var everything = new HandleRule(Pattern.compile("CMD"), "/mine", List.of());
    assertThat(routed("LEVEL main=0.5", level)).isEqualTo("/level/main [0.5, fixed, 7]");
    assertThat(routed("LEVEL main=0.5", everything, level))
        .isEqualTo("/level/main [0.5, fixed, 7]");
    assertThat(routed("CMD:STATUS", everything)).isEqualTo("/mine []");
    assertThat(routed("xLEVEL main=0.5", level)).isEqualTo("/text [xLEVEL main=0.5]");
  }

  @Test
  void givesAnEmptyTextToAGroupThatTookNoPart() {
    var rule = new HandleRule(Pattern.compile("^GO( \\d+)?"), "/go{1}", List.of("$1"));
    assertThat(routed("GO", rule)).isEqualTo("/go []");
  }
}
