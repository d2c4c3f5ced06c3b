package io.cuewire.testing;

import static io.cuewire.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Two serial ports with a cable between them, made by socat: one for the endpoint, and the test is
 * the device at the other.
 */
public final class SerialDevice implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 10;

  private final Path folder;
  private final BlockingQueue<Byte> received = new LinkedBlockingQueue<>();
  private ForeignProgram socat;
  private FileChannel output;

  private SerialDevice(Path folder) {
    this.folder = folder;
  }

  /** Not there yet. */
  public static SerialDevice unplugged() throws IOException {
    return new SerialDevice(Files.createTempDirectory("serial"));
  }

  public static SerialDevice plugged() throws IOException {
    var device = unplugged();
    device.plug();
    return device;
  }

  /** Where the endpoint finds it. */
  public String path() {
    return near().toString();
  }

  private Path near() {
    return folder.resolve("near");
  }

  private Path far() {
    return folder.resolve("far");
  }

  /** From now on it is there, and writes, and reads nothing. */
  public void plug() throws IOException {
    socat = ForeignProgram.start("socat", pty(near()), pty(far()));
    eventually().until(() -> Files.exists(near()) && Files.exists(far()));
    output = FileChannel.open(far(), StandardOpenOption.WRITE);
  }

  private static String pty(Path link) {
    return "pty,raw,echo=0,link=" + link;
  }

  /** It reads from now on, until it is unplugged. */
  public SerialDevice reading() {
    Thread.ofPlatform().daemon().start(this::read);
    return this;
  }

  private void read() {
    try (var input = new FileInputStream(far().toFile())) {
      for (var b = input.read(); b >= 0; b = input.read()) {
        received.add((byte) b);
      }
    } catch (IOException unplugged) {
      received.clear();
    }
  }

  public void unplug() throws IOException {
    socat.close();
    eventually().until(() -> !Files.exists(near()));
    Files.deleteIfExists(near()); // the links may stay, and would lead to what is plugged in next
    Files.deleteIfExists(far());
  }

  public void send(byte[] bytes) throws IOException {
    var left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      output.write(left);
    }
  }

  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The next bytes must be these. */
  public void expect(byte[] bytes) throws InterruptedException {
    for (var at = 0; at < bytes.length; at++) {
      var b = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(b).as("byte %d of %d", at, bytes.length).isEqualTo(bytes[at]);
    }
  }

  public void expect(String text) throws InterruptedException {
    expect(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Everything up to the next end of a line. */
  public String nextLine() throws InterruptedException {
    var line = new StringBuilder();
    while (true) {
      var b = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(b).as("a byte behind '%s'", line).isNotNull();
      if (b == '\n') {
        return line.toString();
      }
      line.append((char) (b & 0xFF));
    }
  }

  @Override
  public void close() throws IOException {
    if (socat != null) {
      socat.close();
      output.close();
    }
    Files.deleteIfExists(near());
    Files.deleteIfExists(far());
    Files.delete(folder);
  }
}
