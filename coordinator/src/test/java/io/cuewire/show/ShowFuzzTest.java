package io.cuewire.show;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShowFuzzTest {
  private static final String CHARACTERS = "{}[]:,&*#|>'\"%@`!?-\t\n /.0aZ$\u00e9\u2028\ud83c";

  @Test
  void answersEveryDamagedFileWithAShowOrProblems() {
    var original = Shows.text(Shows.resource("contract.yaml"));
    var random = new Random(20250101);
    var valid = 0;
    for (var round = 0; round < 2_000; round++) {
      var text = original;
      for (var damage = random.nextInt(3); damage >= 0; damage--) {
        text = random.nextBoolean() ? otherLine(text, random) : otherCharacter(text, random);
      }
      valid += check(text);
    }
    assertThat(valid).as("damage that does no harm").isBetween(50, 1_500);
  }

  private static int check(String text) {
    return switch (ShowReader.read("show.yaml", text, Shows.ENVIRONMENT)) {
      case ShowReading.Valid(var show) -> {
        assertThat(Shows.valid(ShowWriter.write(show))).as(text).isEqualTo(show);
        yield 1;
      }
      case ShowReading.Invalid(var problems) -> {
        var lines = (int) text.chars().filter(c -> c == '\n').count() + 1;
        assertThat(problems).as(text).isNotEmpty().isSorted();
        assertThat(problems)
            .as(text)
            .allMatch(problem -> problem.line() >= 1 && problem.column() >= 1)
            .noneMatch(problem -> problem.message().contains("\n"));
        assertThat(problems.getLast().line()).as(text).isLessThanOrEqualTo(lines + 1);
        yield 0;
      }
    };
  }

  private static String otherLine(String text, Random random) {
    var lines = new ArrayList<>(text.lines().toList());
    var at = random.nextInt(lines.size());
    switch (random.nextInt(3)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(at, lines.get(at));
      default -> lines.set(at, lines.get(random.nextInt(lines.size())));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String otherCharacter(String text, Random random) {
    var out = new StringBuilder(text);
    var at = random.nextInt(text.length());
    switch (random.nextInt(3)) {
      case 0 -> out.deleteCharAt(at);
      case 1 -> out.insert(at, text.charAt(at));
      default -> out.setCharAt(at, CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
    }
    return out.toString();
  }
}
