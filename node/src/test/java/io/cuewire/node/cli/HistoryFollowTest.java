package io.cuewire.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cuewire.control.Event;
import io.cuewire.control.Status.Messages;
import io.cuewire.node.api.ApiServer;
import io.cuewire.node.api.RehearsalNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HistoryFollowTest {
  private final RehearsalNode node = new RehearsalNode();
  private final Pipe out = new Pipe();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private ApiServer api;

  /** A standard output whose reader can go away. */
  private static final class Pipe extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile boolean closed;

    @Override
    public synchronized void write(int b) throws IOException {
      if (closed) {
        throw new IOException("Broken pipe");
      }
      bytes.write(b);
    }

    synchronized String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }

  @BeforeEach
  void start() throws IOException {
    start(0);
  }

  private void start(int port) throws IOException {
    api = ApiServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), node);
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private CompletableFuture<Exit> follow(String... args) {
    var output =
        new Output(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    var environment = Map.of("CUEWIRE_AT", "127.0.0.1:" + api.port());
    var program = new Cuewire(output, environment, ProgramRun.UNATTENDED);
    var running = CompletableFuture.supplyAsync(() -> program.run(args));
    await().until(() -> node.subscribers() == 1);
    return running;
  }

  private void pass(String address) {
    node.emit(new Event.MessageEvent(RehearsalNode.entry("in", address, 0.5f, "two words")));
  }

  private void waitFor(String text) {
    await().untilAsserted(() -> assertThat(out.text()).contains(text));
  }

  /** The reader goes away, which the program notices at the next thing that it prints. */
  private void hangUp(CompletableFuture<Exit> running) {
    out.closed = true;
    pass("/more");
    assertThat(running.join()).isEqualTo(Exit.DONE);
  }

  @Test
  void printsEachMessageAsItPassesUntilNobodyReads() {
    var running = follow("history", "--follow");
    pass("/1/fader5");
    waitFor("/1/fader5 0.5 \"two words\"\n");
    assertThat(out.text()).contains("/dim 127"); // passed before
    hangUp(running);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void printsOneJsonObjectPerLine() {
    var running = follow("history", "--follow", "--json", "--limit", "1");
    pass("/1/fader5");
    waitFor("/1/fader5");
    assertThat(out.text().lines()).hasSize(2).allMatch(line -> line.matches("\\{.*}"));
    hangUp(running);
  }

  @Test
  void printsOnlyWhatMatches() {
    var running = follow("history", "--follow", "--match", "/1/*");
    pass("/2/fader1");
    pass("/1/fader2");
    waitFor("/1/fader2");
    assertThat(out.text()).doesNotContain("/2/fader1");
    out.closed = true;
    pass("/1/more");
    assertThat(running.join()).isEqualTo(Exit.DONE);
  }

  @Test
  void connectsAgainWhenTheNodeReturnsAndSaysSo() throws IOException {
    var running = follow("history", "--follow");
    var port = api.port();
    api.close();
    await()
        .untilAsserted(
            () -> assertThat(err.toString(StandardCharsets.UTF_8)).contains("went away"));
    start(port);
    await().until(() -> node.subscribers() == 1);
    pass("/after");
    waitFor("/after");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("connected again").hasLineCount(2);
    hangUp(running);
  }

  @Test
  void saysWhatItCouldNotShow() {
    var running = follow("history", "--follow");
    for (var i = 0; i < 100_000; i++) {
      pass("/fast");
    }
    await()
        .untilAsserted(() -> {
          node.emit(
              new Event.StatusEvent("foh", "member", RehearsalNode.NOW, new Messages(0, 0, 0)));
          assertThat(err.toString(StandardCharsets.UTF_8)).contains("came too fast to show");
        });
    hangUp(running);
  }
}
