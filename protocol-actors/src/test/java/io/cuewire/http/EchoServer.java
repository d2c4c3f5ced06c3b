package io.cuewire.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.message.JsonText;
import io.cuewire.testing.ForeignProgram;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Python's HTTP server: prints each request as a line of JSON, and answers what the path says. */
final class EchoServer implements AutoCloseable {
  private final ForeignProgram program;

  private EchoServer(ForeignProgram program) {
    this.program = program;
  }

  /** Starts it, and waits until it listens. */
  static EchoServer start(int port, String... options)
      throws IOException, InterruptedException, URISyntaxException {
    var script = Path.of(EchoServer.class.getResource("echo_server.py").toURI());
    var command =
        new java.util.ArrayList<>(java.util.List.of("python3", "-u", script.toString(), "" + port));
    command.addAll(java.util.List.of(options));
    var server = new EchoServer(ForeignProgram.start(command.toArray(String[]::new)));
    var line = server.program.nextLine();
    if (!line.equals("listening")) {
      server.close();
      throw new IOException(line);
    }
    return server;
  }

  /** The next request. */
  JsonNode next() throws InterruptedException {
    var line = program.nextLine();
    return JsonText.parse(line).orElseThrow(() -> new AssertionError(line));
  }

  boolean hasRequest() {
    return program.hasPrinted();
  }

  @Override
  public void close() {
    program.close();
  }
}
