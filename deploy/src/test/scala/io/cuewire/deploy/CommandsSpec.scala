package io.cuewire.deploy

import com.fasterxml.jackson.databind.JsonNode
import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress
import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._

class CommandsSpec extends OnStage {
  private val foh = Machine("foh", "127.0.0.1")
  private val desk = Ports.free()

  private lazy val show = {
    val show = new Rehearsal(
      house,
      Seq(foh),
      s"""endpoints:
         |  desk:    {protocol: osc, listen: $desk, on: foh}
         |  program: {protocol: osc, send: "127.0.0.1:${Ports.free()}", on: foh}
         |routes:
         |  faders: {from: desk, match: "/fader/*", to: program}
         |"""
    )
    show.startAll()
    eventually(show.areTogether() shouldBe true)
    eventually(Rehearsal.endpoint(foh.status, "desk", foh).path("state").asText shouldBe "listening")
    oscsend(foh.host, desk, "/fader/1", "f", "0.5")
    eventually(foh.get("/api/history?match=/fader/1").size shouldBe 2)
    show
  }

  private def file(name: String, text: String): Path = Files.writeString(scene.file(name), text.stripMargin)

  Feature("Commands tell how the show is") {
    Scenario("a technician asks for everything there is to see") {
      Given("a show that runs")
      show.areTogether() shouldBe true

      Then("each command prints a table with its heads and what is there")
      for (
        (command, words) <- Seq(
          "status" -> Seq("rehearsal", "foh", "member", "ENDPOINT", "desk", "listening"),
          "nodes" -> Seq("NODE", "foh", "127.0.0.1", "up"),
          "endpoints" -> Seq("ENDPOINT", "STATE", "desk", "listening", "program", "connected"),
          "routes" -> Seq("ROUTE", "faders", "/fader/*"),
          "history" -> Seq("ADDRESS", "/fader/1", "0.5", "desk", "program"),
          "parameters" -> Seq("no parameters"),
          "scenes" -> Seq("no scenes")
        )
      ) {
        val said = cuewire(command, "--at", foh.url)
        withClue(said) {
          said.exit shouldBe 0
          said.err shouldBe empty
          words.foreach(word => said.out should include(word))
        }
      }
    }

    Scenario("a program asks for the same") {
      Given("a show that runs")
      show.areTogether() shouldBe true

      Then("with --json each command prints JSON and nothing else")
      def names(list: JsonNode) = list.asScala.map(_.path("name").asText).toSeq
      val status = json("status", "--at", foh.url)
      status.fieldNames().asScala.toSeq should contain allOf ("show", "node", "cluster", "timestamp", "coordinator", "scene",
      "emergency", "nodes", "endpoints", "routes", "parameters", "messages")
      status.path("routes").isInt shouldBe true
      status.path("emergency").path("latched").isBoolean shouldBe true
      names(json("nodes", "--at", foh.url)) shouldBe Seq("foh")
      names(json("endpoints", "--at", foh.url)) shouldBe Seq("desk", "program")
      names(json("routes", "--at", foh.url)) shouldBe Seq("faders")
      json("parameters", "--at", foh.url).isArray shouldBe true
      json("scenes", "--at", foh.url).isArray shouldBe true
      json("history", "--at", foh.url).asScala.map(_.path("direction").asText).toSeq shouldBe Seq("in", "out")

      And("so do those that change something")
      json("send", "program", "/hello", "--at", foh.url).path("success").asBoolean shouldBe true
      json("route", "add", "more", "--from", "desk", "--to", "program", "--at", foh.url).path("name").asText shouldBe "more"
      json("route", "remove", "more", "--at", foh.url).path("name").asText shouldBe "more"
      json("endpoint", "restart", "desk", "--at", foh.url).path("name").asText shouldBe "desk"
    }

    Scenario("he does not want to type the address each time") {
      Given("a show that runs, and CUEWIRE_AT in the environment")
      show.areTogether() shouldBe true
      def status(at: String, arguments: String*) = run(Cuewire.program +: "status" +: arguments, Map("CUEWIRE_AT" -> at))

      Then("the node named there is asked")
      status(foh.url).exit shouldBe 0

      And("--at is stronger")
      val nobody = s"http://127.0.0.1:${Ports.free()}"
      status(nobody, "--at", foh.url).exit shouldBe 0
      refused(status(foh.url, "--at", nobody), 4) should include(nobody)
    }

    Scenario("he looks for help") {
      Then("there is some, with an example, for the program and for each command")
      for (command <- Seq(Nil, Seq("status"), Seq("route", "add"), Seq("node"))) {
        val said = cuewire(command :+ "--help": _*)
        withClue(said) {
          said.exit shouldBe 0
          said.out should (include("Usage:").and(include("Example:")))
        }
      }
      cuewire("status", "--version").out should include("0.1.0")
    }
  }

  Feature("A command says with its exit code how it went, and in one line why") {
    Scenario("1: it could not be done") {
      Given("a show that runs")
      show.areTogether() shouldBe true
      Then("what names something that is not there fails")
      refused(cuewire("send", "progam", "/hello", "--at", foh.url), 1) should (include("progam").and(include("did you mean 'program'")))
      refused(cuewire("send", "desk", "/hello", "--at", foh.url), 1) should include("desk")
      refused(cuewire("send", "program", "hello", "--at", foh.url), 1) should include("/")
      refused(cuewire("endpoint", "restart", "desc", "--at", foh.url), 1) should include("desc")
      refused(cuewire("history", "--endpoint", "desc", "--at", foh.url), 1) should include("desc")
    }

    Scenario("2: it was typed wrongly") {
      Given("a show that runs")
      show.areTogether() shouldBe true
      Then("each slip is named")
      refused(cuewire("statsu"), 2) should (include("statsu").and(include("status")))
      refused(cuewire("status", "--jsn", "--at", foh.url), 2) should (include("--jsn").and(include("--json")))
      refused(cuewire("status", "more", "--at", foh.url), 2) should include("more")
      refused(cuewire("send", "--at", foh.url), 2) should include("ENDPOINT")
      refused(cuewire("send", "program", "/hello", "--per", "x", "--at", foh.url), 2) should include("--per")
      refused(cuewire("route", "--at", foh.url), 2) should (include("add").and(include("remove")))
      refused(cuewire("route", "add", "more", "--from", "desk", "--at", foh.url), 2) should include("--to")
      refused(cuewire("route", "add", "more", "--from", "desk", "--to", "program", "--clamp", "1", "--at", foh.url), 2) should include("--clamp")
      refused(cuewire("status", "--at", "ftp://x"), 2) should include("ftp://x")
      refused(cuewire("demo", "--for", "soon"), 2) should include("soon")
      refused(cuewire("node", "--name", "foh"), 2) should include("--show")
      refused(cuewire("node", "--show", show.file.toString, "--name", "fho"), 2) should (include("fho").and(include("foh")))
    }

    Scenario("4: nobody answers") {
      Given("an address where no program listens, and one where another program does")
      val nobody = s"http://127.0.0.1:${Ports.free()}"
      val other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0)
      other.start()
      scene.afterwards(other.stop(0))

      Then("both are told apart")
      refused(cuewire("status", "--at", nobody), 4) should include(nobody)
      refused(cuewire("endpoint", "restart", "desk", "--at", nobody), 4) should include(nobody)
      refused(cuewire("status", "--at", s"http://127.0.0.1:${other.getAddress.getPort}"), 4) should include("not a Cuewire node")
    }
  }

  Feature("A show file is checked before it is run") {
    Scenario("the shows that come with the program are right") {
      Given("the folder of example shows")
      val shows = Files.list(Cuewire.dist.resolve("shows")).toList.asScala.filter(_.toString.endsWith(".yaml"))
      shows should not be empty
      Then("each of them passes")
      for (s <- shows) {
        val said = cuewire("check", s.toString)
        withClue(said)(said.exit shouldBe 0)
      }
    }

    Scenario("a show file has several mistakes") {
      Given("one with a misspelt key, a wrong type, and a name of nothing")
      val wrong = file(
        "wrong.yaml",
        """show: gala
          |nodes:
          |  foh: {host: 127.0.0.1, cluster: 7411, api: many}
          |endpoints:
          |  desk:   {protocol: osc, lisen: 9000, on: foh}
          |  tablet: {protocol: osc, listen: 9001, on: foh}
          |routes:
          |  faders: {from: tablet, to: nowhere}
          |"""
      )

      When("it is checked")
      val said = cuewire("check", wrong.toString)

      Then("each mistake is one line with file, line and column, and the exit code is 2")
      withClue(said) {
        said.exit shouldBe 2
        val lines = said.out.linesIterator.toSeq
        lines.foreach(line => line should startWith regex s"\\Q$wrong\\E:\\d+:\\d+: \\S")
        def at(line: Int, column: Int) = lines.filter(_.startsWith(s"$wrong:$line:$column: ")).mkString
        at(3, 46) should include("many")
        at(5, 27) should (include("lisen").and(include("listen")))
        at(8, 30) should include("nowhere")
        (said.out + said.err) should (not include "Exception").and(not include "at io.")
      }

      And("no node starts with it")
      val node = cuewire("node", "--show", wrong.toString, "--name", "foh")
      node.exit shouldBe 2
      node.err.linesIterator.foreach(line => line should startWith(wrong.toString))
    }

    Scenario("two endpoints of a machine want the same port") {
      Given("a show file where one would never work")
      val twice = file(
        "twice.yaml",
        """show: gala
          |nodes:
          |  foh: {host: 127.0.0.1, cluster: 7411, api: 7421}
          |  far: {host: 127.0.0.2, cluster: 7411, api: 7421}
          |endpoints:
          |  tablet: {protocol: osc, listen: 9001, on: [foh, far]}
          |  other:  {protocol: osc, listen: 9002, on: far}
          |  second: {protocol: osc, listen: 9001, on: foh}
          |"""
      )
      Then("that is found out before the show")
      val said = cuewire("check", twice.toString)
      withClue(said) {
        said.exit shouldBe 2
        said.out.linesIterator.toSeq should have size 1
        said.out should startWith(s"$twice:8:35: ")
        said.out should (include("9001").and(include("foh")))
      }
    }

    Scenario("it is no YAML at all, or not there") {
      Then("that is one line too, with exit code 2")
      val noYaml = file("torn.yaml", "show: gala\nnodes: {foh: [\n")
      val torn = cuewire("check", noYaml.toString)
      withClue(torn) {
        torn.exit shouldBe 2
        torn.out.linesIterator.toSeq should have size 1
        torn.out should startWith regex s"\\Q$noYaml\\E:\\d+:\\d+: \\S"
      }
      val missing = cuewire("check", scene.file("missing.yaml").toString)
      withClue(missing) {
        missing.exit shouldBe 2
        (missing.out + missing.err).linesIterator.toSeq should have size 1
        (missing.out + missing.err) should (include("missing.yaml").and(not include "Exception"))
      }
    }

    Scenario("an editor wants the schema") {
      When("it is printed")
      val said = cuewire("schema")
      Then("it is a JSON Schema that knows the parts of a show")
      said.exit shouldBe 0
      val schema = Machine.parse(said.out)
      schema.asScala.map(_.asText) should contain("https://json-schema.org/draft/2020-12/schema")
      schema.path("properties").fieldNames().asScala.toSeq should contain allOf ("show", "nodes", "endpoints", "routes", "scenes")
    }

    Scenario("a show uses a part that this version does not run yet") {
      Given("a show file that is right, with such a part")
      val tomorrow = file(
        "tomorrow.yaml",
        s"""show: tomorrow
           |nodes:
           |  foh: {host: "::1", cluster: ${Ports.free(2)}, api: ${Ports.free()}}
           |"""
      )
      cuewire("check", tomorrow.toString).exit shouldBe 0

      When("a node is started with it")
      val said = cuewire("node", "--show", tomorrow.toString, "--name", "foh", "--data", scene.file("data").toString)

      Then("it does not start, and says in one line which part it is")
      refused(said, 2) should (include("IPv6").and(include("tomorrow.yaml")))
    }

    Scenario("somebody wants the show as it runs now, for tomorrow") {
      Given("a show that runs, and a route that was added, another removed")
      show.areTogether() shouldBe true
      cuewire("route", "add", "knobs", "--from", "desk", "--to", "program", "--match", "/knob/*", "--clamp", "0,1", "--at", foh.url).exit shouldBe 0
      cuewire("route", "remove", "faders", "--at", foh.url).exit shouldBe 0

      When("it is exported")
      val said = cuewire("show", "export", "--at", foh.url)
      said.exit shouldBe 0
      val exported = file("exported.yaml", "")
      Files.writeString(exported, said.out)

      Then("it is a show file that passes")
      val checked = cuewire("check", exported.toString)
      withClue(s"$checked\n${said.out}")(checked.exit shouldBe 0)

      And("has what the running show has")
      said.out should (include("rehearsal").and(include(s"$desk")).and(include("knobs")))
      said.out should not include "faders"
    }
  }
}
