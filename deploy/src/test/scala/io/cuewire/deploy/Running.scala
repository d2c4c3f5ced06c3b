package io.cuewire.deploy

import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path}
import java.util.concurrent.TimeUnit
import scala.jdk.StreamConverters._

/** A program that a scenario has started. What it prints goes to files, which can be read at any time. */
final class Running(val what: String, process: Process, out: Path, err: Path) {
  def pid: Long = process.pid

  def isAlive: Boolean = process.isAlive

  /** Its processes: itself and what it has started. */
  def tree: Seq[ProcessHandle] = process.toHandle +: process.descendants().toScala(Seq)

  def output: String = text(out)

  def errors: String = text(err)

  def lines: Seq[String] = output.linesIterator.toSeq

  /** Asks it to end, as `kill` does. */
  def terminate(): Unit = signal("TERM")

  /** What `kill -9` does, and a loss of power. */
  def crash(): Unit = {
    process.destroyForcibly()
    process.waitFor()
    ()
  }

  def signal(name: String): Unit = kill(s"-$name $pid")

  /** To it and to all that it has started, as a terminal does at Ctrl-C; it has to be a process group's leader. */
  def signalGroup(name: String): Unit = kill(s"-$name -- -$pid")

  private def kill(arguments: String): Unit =
    new ProcessBuilder("bash", "-c", s"kill $arguments").inheritIO().start().waitFor() match {
      case 0      =>
      case status => throw new AssertionError(s"kill $arguments ($what) ended with $status")
    }

  /** Its exit code, once it has ended by itself. */
  def exitCode(patienceSeconds: Long = 30): Int =
    if (process.waitFor(patienceSeconds, TimeUnit.SECONDS)) process.exitValue()
    else throw new AssertionError(s"$what has not ended within $patienceSeconds s")

  /** Whatever state it is in. */
  def end(): Unit = {
    val all = tree
    all.foreach(_.destroyForcibly())
    all.foreach(_.onExit().get(10, TimeUnit.SECONDS))
  }

  def ending: String = if (isAlive) "" else s", ended with ${process.exitValue()}"

  def tail: String = (output + errors).linesIterator.toSeq.takeRight(20).mkString("\n")

  private def text(file: Path) = if (Files.exists(file)) new String(Files.readAllBytes(file), UTF_8) else ""
}

/** What a command has said, and how it ended. */
final case class Said(exit: Int, out: String, err: String)
