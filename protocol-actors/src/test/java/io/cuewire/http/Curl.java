package io.cuewire.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** One answer, as the program curl shows it. */
record Curl(int status, String head, String body) {
  private static final int PATIENCE_SECONDS = 15;

  /** Runs {@code curl -s -i} with these arguments; status 0 where there was no answer. */
  static Curl run(String... args) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("curl", "-s", "-i", "--max-time", "10", "--path-as-is"));
    command.addAll(List.of(args));
    var output = Files.createTempFile("curl", ".txt");
    try {
      var process = new ProcessBuilder(command).redirectOutput(output.toFile()).start();
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      return of(Files.readString(output, StandardCharsets.UTF_8));
    } finally {
      Files.delete(output);
    }
  }

  private static Curl of(String output) {
    var text = output;
    while (text.startsWith("HTTP/1.1 100")) {
      text = text.substring(text.indexOf("\r\n\r\n") + 4);
    }
    var end = text.indexOf("\r\n\r\n");
    return end < 0
        ? new Curl(0, "", text)
        : new Curl(
            Integer.parseInt(text.substring(9, 12)),
            text.substring(0, end),
            text.substring(end + 4));
  }

  /** The value of a header, or empty. */
  String header(String name) {
    var found =
        Pattern.compile("^" + name + ": (.*?)\\r?$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE)
            .matcher(head);
    return found.find() ? found.group(1) : "";
  }
}
