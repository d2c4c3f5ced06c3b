package io.cuewire.deploy

import com.fasterxml.jackson.databind.JsonNode
import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._
import scala.jdk.OptionConverters._

class DemoSpec extends OnStage {

  /** A demo as in a terminal of its own, with a home and a temporary folder where whatever it leaves is found. */
  private class Demo(arguments: String*) {
    needs("setsid")
    private val home = Files.createTempDirectory(scene.file(""), "home-")
    private val temporary = Files.createTempDirectory(scene.file(""), "temporary-")
    val running: Running = scene.start(
      "cuewire demo",
      Seq("setsid", Cuewire.program, "demo") ++ arguments,
      Map("HOME" -> home.toString, "JAVA_TOOL_OPTIONS" -> s"-Djava.io.tmpdir=$temporary -Duser.home=$home")
    )
    eventually {
      withClue(running.tail)(running.isAlive shouldBe true)
      running.output should include("Ctrl-C ends the demo")
    }

    /** The demo itself and its nodes. */
    val processes: Seq[ProcessHandle] = running.tree
    scene.afterwards(processes.foreach(_.destroyForcibly()))

    running.output should include(temporary.toString) // its files are looked for in the right place

    /** The first machine's api, as the demo has printed it. */
    val at: String = "http://[0-9.:]+".r.findFirstIn(running.output).get

    def status: JsonNode = Machine.ask(s"$at/api/status")

    def nodes: Seq[String] = status.path("nodes").asScala.map(n => s"${n.path("name").asText} ${n.path("state").asText}").toSeq

    def endpoint(name: String): JsonNode =
      status.path("endpoints").asScala.find(_.path("name").asText == name).getOrElse(fail(s"$name is missing"))

    /** The lines that it asks to type, those with this program. */
    def toType(program: String): Seq[String] = running.lines.map(_.trim).filter(_.startsWith(s"$program "))

    /** The line that calls the program with this command; the demo writes it as its user would. */
    def toCall(command: String): Option[String] =
      running.lines.map(_.trim).find(_.matches(s"\\S*cuewire $command\\b.*")).map(_.replaceFirst("^\\S+", Cuewire.program))

    def files: Seq[Path] = Seq(home, temporary).flatMap(Files.list(_).toList.asScala)

    def leavesNoProcess(): Unit = eventually {
      processes.filter(_.isAlive).flatMap(_.info().commandLine().toScala) shouldBe empty
    }

    def leavesNoFile(): Unit = {
      files shouldBe empty
      for (p <- processes) Files.exists(Path.of(s"/tmp/hsperfdata_${System.getProperty("user.name")}/${p.pid}")) shouldBe false
    }
  }

  private def typed(line: String): Running = scene.start(line, Seq("bash", "-c", line.replaceFirst("^oscdump", "oscdump -L")))

  Feature("The demo shows the program on one machine, and leaves it as it was") {
    Scenario("somebody watches it for eight seconds") {
      Given("a demo for eight seconds")
      val demo = new Demo("--for", "8s")
      demo.processes should have size 4
      val files = demo.files

      Then("it is over by itself, has said how it went meanwhile, and leaves nothing")
      demo.running.exitCode() shouldBe 0
      files should not be empty
      val arrived = "arrived (\\d+)".r.findAllMatchIn(demo.running.output).map(_.group(1).toInt).toSeq
      arrived should not be empty
      arrived.last should be > 0
      demo.running.lines.last should include("nothing of it is left running")
      demo.leavesNoProcess()
      demo.leavesNoFile()
    }

    Scenario("somebody types what it suggests") {
      needs("oscsend", "oscdump")
      Given("a demo that goes on")
      val demo = new Demo()
      eventually(demo.nodes shouldBe Seq("foh up", "stage-left up", "stage-right up"))

      When("he types each of its oscdump lines")
      val lines = demo.toType("oscdump")
      lines should have size 2
      val dumps = lines.map(typed)

      Then("the moving faders are seen there")
      for (dump <- dumps) eventually {
        dump.lines.filter(_.contains("/1/fader1 f ")).map(_.split(" f ").last).distinct.size should be > 5
        dump.output should include("/dim f ")
      }

      When("he types its oscsend line")
      demo.endpoint("touchosc-in").path("peers") should have size 1
      val Seq(send) = demo.toType("oscsend"): @unchecked
      typed(send).exitCode() shouldBe 0

      Then("the show has heard a second controller")
      eventually(demo.endpoint("touchosc-in").path("peers") should have size 2)

      When("he types the lines that look at the show")
      val Some(status) = demo.toCall("status"): @unchecked
      val Some(export) = demo.toCall("show export"): @unchecked
      val Some(hello) = demo.toCall("send"): @unchecked
      Seq(status, export, hello).map(typed).foreach(_.exitCode() shouldBe 0)

      Then("the message that he sent arrives")
      eventually(dumps.head.output should include("/hello ifs 1 0.500000 \"world\""))

      When("he lets a machine die as it says")
      val Seq(kill) = demo.toType("kill"): @unchecked
      typed(kill).exitCode() shouldBe 0

      Then("the demo goes on and shows it")
      eventually(demo.nodes shouldBe Seq("foh up", "stage-left up", "stage-right down"))
      eventually(demo.running.output should include("stage-right ended"))

      When("he brings it back as it says")
      val Some(again) = demo.toCall("node"): @unchecked
      val node = typed(again)

      Then("it is there again, and sends again")
      eventually(demo.nodes shouldBe Seq("foh up", "stage-left up", "stage-right up"))
      val before = dumps.last.lines.size
      eventually(dumps.last.lines.size should be > before)
      node.terminate()
      node.exitCode() shouldBe 0
    }

    Scenario("it is ended with Ctrl-C") {
      Given("a demo that would go on")
      val demo = new Demo("--nodes", "2")
      demo.processes should have size 3

      When("somebody presses Ctrl-C, which all processes of a terminal hear")
      demo.running.signalGroup("INT")

      Then("that is how a demo ends: exit code 0, and nothing is left")
      withClue(demo.running.tail)(demo.running.exitCode() shouldBe 0)
      demo.leavesNoProcess()
      demo.leavesNoFile()
    }

    Scenario("it is ended by SIGTERM, while another demo runs") {
      Given("two demos that would go on, on the same machine")
      val other = new Demo("--nodes", "1")
      val demo = new Demo("--nodes", "2")
      demo.at should not be other.at

      When("one of them is ended by SIGTERM")
      demo.running.terminate()

      Then("that is how a demo ends: exit code 0, and nothing of it is left")
      withClue(demo.running.tail)(demo.running.exitCode() shouldBe 0)
      demo.leavesNoProcess()
      demo.leavesNoFile()

      And("the other one goes on")
      other.processes.filterNot(_.isAlive) shouldBe empty
      other.status.path("cluster").asText shouldBe "member"
    }

    Scenario("it is killed, and has no chance to tidy up") {
      Given("a demo that would go on")
      val demo = new Demo("--nodes", "2")

      When("it is ended with kill -9")
      demo.running.crash()

      Then("its nodes end by themselves")
      demo.leavesNoProcess()
    }
  }
}
