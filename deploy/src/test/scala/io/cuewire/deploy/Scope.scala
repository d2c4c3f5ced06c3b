package io.cuewire.deploy

import java.io.OutputStream
import java.nio.file.{Files, Path}
import java.util.Comparator
import java.util.concurrent.ConcurrentHashMap
import scala.jdk.CollectionConverters._
import scala.jdk.StreamConverters._
import scala.util.Try

/** What one scenario, or one spec, has started and written. Closing it leaves nothing of that behind. */
final class Scope {
  private val folder = Files.createTempDirectory("cuewire-spec-")
  private var running = Vector.empty[Running]
  private var undoings = Vector.empty[() => Unit]
  Scope.open.add(this)

  /** A name in this scope's folder, which is deleted with all that is in it. */
  def file(name: String): Path = folder.resolve(name)

  /** Starts a program, in this JVM's environment but for what would lead it to other nodes than those named. */
  def start(what: String, command: Seq[String], environment: Map[String, String] = Map.empty): Running = {
    val (started, input) = startTyped(what, command, environment)
    input.close()
    started
  }

  /** The same, with what it reads. */
  def startTyped(what: String, command: Seq[String], environment: Map[String, String]): (Running, OutputStream) = synchronized {
    val out = Files.createTempFile(folder, s"${what.replaceAll("[^a-z0-9-]+", "-").take(40)}-", ".out")
    val err = Path.of(s"${out.toString.stripSuffix(".out")}.err")
    val builder = new ProcessBuilder(command.asJava).redirectOutput(out.toFile).redirectError(err.toFile)
    builder.environment().keySet().removeIf(_.startsWith("CUEWIRE_"))
    // should this JVM be killed, its nodes end too
    builder.environment().put("CUEWIRE_PARENT_PID", ProcessHandle.current().pid().toString)
    builder.environment().putAll(environment.asJava)
    val process = builder.start()
    val started = new Running(what, process, out, err)
    running :+= started
    (started, process.getOutputStream)
  }

  /** To be done when this scope is closed, after its programs have ended; the last first. */
  def afterwards(undoing: => Unit): Unit = synchronized { undoings :+= (() => undoing) }

  /** The end of what each program has printed, for whoever has to find out why a scenario failed. */
  def report: String =
    running.filter(_.tail.nonEmpty).map(r => s"--- ${r.what}, process ${r.pid}${r.ending}\n${r.tail}").mkString("\n")

  def close(): Unit = synchronized {
    running.foreach(_.end())
    undoings.reverse.foreach(undoing => Try(undoing()).failed.foreach(e => System.err.println(s"tidying up: $e")))
    if (Files.exists(folder)) {
      val files = Files.walk(folder)
      try files.sorted(Comparator.reverseOrder[Path]()).toScala(Seq).foreach(Files.deleteIfExists)
      finally files.close()
    }
    Scope.open.remove(this)
  }
}

object Scope {
  private val open = ConcurrentHashMap.newKeySet[Scope]()

  // Ctrl-C in the middle of a scenario
  Runtime.getRuntime.addShutdownHook(new Thread(() => open.asScala.toSeq.foreach(s => Try(s.close()))))
}
