package io.cuewire.deploy

import java.io.OutputStream
import java.nio.charset.StandardCharsets.UTF_8

/** `cuewire shell` in a terminal of 100 columns, and whoever types there. */
final class TypedShell(scope: Scope, arguments: Seq[String], environment: Map[String, String]) {
  private val (running: Running, keyboard: OutputStream) = scope.startTyped(
    "cuewire shell",
    Seq("python3", "-c", TypedShell.Terminal, Cuewire.program, "shell") ++ arguments,
    Map("TERM" -> "xterm-256color", "NO_COLOR" -> "") ++ environment
  )
  private var read = 0

  /** Presses keys. */
  def press(keys: String): Unit = {
    read = running.output.length
    keyboard.write(keys.getBytes(UTF_8))
    keyboard.flush()
  }

  def enter(line: String): Unit = press(s"$line\r")

  /** All that the terminal was sent since keys were pressed last. */
  def raw: String = running.output.drop(read)

  /** The same without colours and cursor movements. */
  def screen: String = raw.replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]|\u001b[=>]", "")

  def exitCode(): Int = running.exitCode()

  def tail: String = running.tail
}

object TypedShell {

  /** Runs a program in a pseudo-terminal, with its own input and output as keyboard and screen. */
  private val Terminal =
    """import fcntl, os, pty, select, struct, sys, termios
      |pid, terminal = pty.fork()
      |if pid == 0:
      |    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 100, 0, 0))
      |    os.execvp(sys.argv[1], sys.argv[1:])
      |while True:
      |    for ready in select.select([0, terminal], [], [])[0]:
      |        try:
      |            typed = os.read(ready, 4096)
      |        except OSError:
      |            typed = b''
      |        if not typed:
      |            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
      |        os.write(terminal if ready == 0 else 1, typed)
      |""".stripMargin
}
