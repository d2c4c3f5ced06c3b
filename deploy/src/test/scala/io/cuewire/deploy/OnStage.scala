package io.cuewire.deploy

import com.fasterxml.jackson.databind.JsonNode
import java.io.File
import java.nio.file.{Files, Path}
import org.scalatest.concurrent.Eventually
import org.scalatest.featurespec.AnyFeatureSpec
import org.scalatest.matchers.should.Matchers
import org.scalatest.time.{Millis, Seconds, Span}
import org.scalatest.{BeforeAndAfterAll, Failed, GivenWhenThen, Outcome}

/** What the specs of the running show have in common: they start real programs, wait for conditions, and leave nothing.
  */
trait OnStage extends AnyFeatureSpec with GivenWhenThen with Matchers with Eventually with BeforeAndAfterAll {

  /** Generous: what is slow fails in `bench`, not here. */
  override implicit val patienceConfig: PatienceConfig =
    PatienceConfig(timeout = Span(30, Seconds), interval = Span(50, Millis))

  /** What belongs to all scenarios of the spec. */
  protected lazy val house = new Scope

  private var current: Option[Scope] = None

  /** What belongs to this scenario. */
  protected def scene: Scope = current.getOrElse(throw new IllegalStateException("no scenario runs"))

  override protected def withFixture(test: NoArgTest): Outcome = {
    val scope = new Scope
    current = Some(scope)
    try {
      val outcome = super.withFixture(test)
      outcome match {
        case Failed(_) => System.err.println(s"${test.name}\n${house.report}\n${scope.report}")
        case _         =>
      }
      outcome
    } finally {
      current = None
      scope.close()
    }
  }

  override protected def afterAll(): Unit =
    try super.afterAll()
    finally house.close()

  /** Skips the scenario where one of these programs is missing; with CI=true it fails. */
  protected def needs(programs: String*): Unit =
    programs.find(p => !OnStage.isInstalled(p)).foreach(p => skip(s"$p is not installed"))

  protected def skip(reason: String): Nothing = if (sys.env.get("CI").contains("true")) fail(reason) else cancel(reason)

  /** Runs a program to its end. */
  protected def run(command: Seq[String], environment: Map[String, String] = Map.empty): Said = {
    val running = scene.start(command.map(c => Path.of(c).getFileName).take(2).mkString(" "), command, environment)
    val exit = running.exitCode()
    Said(exit, running.output, running.errors)
  }

  /** Runs one command of the program, as it is typed. */
  protected def cuewire(arguments: String*): Said = run(Cuewire.program +: arguments)

  /** Runs one command that has to succeed, and takes what it prints as JSON. */
  protected def json(arguments: String*): JsonNode = {
    val said = cuewire(arguments :+ "--json": _*)
    withClue(said) {
      said.exit shouldBe 0
      Machine.parse(said.out)
    }
  }

  /** A failure as contract section 2 wants it: one line, for people. */
  protected def refused(said: Said, exit: Int): String = withClue(said) {
    said.exit shouldBe exit
    val lines = said.err.linesIterator.toSeq
    lines should have size 1
    (lines.head should (not include "Exception").and(not include "at io."))
    lines.head
  }

  /** One cluster: each of these machines knows each other, and all mean the same coordinator. */
  protected def oneCluster(show: Rehearsal): Unit = eventually {
    show.areTogether() shouldBe true
    val coordinators = show.machines.map(_.status.path("coordinator").asText).distinct
    coordinators should have size 1
    show.machines.map(_.name) should contain(coordinators.head)
    ()
  }

  /** A show program that listens, and prints what it hears. */
  protected def oscdump(scope: Scope = scene): Oscdump = {
    needs("oscdump")
    val port = Ports.free()
    val running = scope.start(s"oscdump $port", Seq("oscdump", "-L", port.toString))
    eventually(Ports.isOpenUdp(port) shouldBe true)
    new Oscdump(port, running)
  }

  /** A controller. */
  protected def oscsend(host: String, port: Int, message: String*): Unit = {
    needs("oscsend")
    val said = run(Seq("oscsend", host, port.toString) ++ message)
    withClue(said)(said.exit shouldBe 0)
    ()
  }
}

object OnStage {
  private def isInstalled(program: String) =
    (sys.env("PATH").split(File.pathSeparator) ++ Seq("/usr/sbin", "/sbin")).exists(f => Files.isExecutable(Path.of(f, program)))
}

/** oscdump and what it heard: `/address types arguments`. */
final class Oscdump(val port: Int, running: Running) {
  def messages: Seq[String] = running.lines.map(_.replaceFirst("^[0-9a-f]+\\.[0-9a-f]+ ", "").stripTrailing)
}
