package io.cuewire.deploy

import com.fasterxml.jackson.databind.JsonNode
import java.nio.file.{Files, Path}
import scala.jdk.CollectionConverters._
import scala.jdk.StreamConverters._

/** The example show hub.yaml as it is packaged, on other ports, used as its users do. */
class HubSpec extends OnStage {
  private lazy val touchDesigner = oscdump(house)
  private lazy val tablet = oscdump(house)
  private lazy val ports = Map(
    "7411" -> Ports.free(2), // and the one after it, for the links
    "9001" -> touchDesigner.port,
    "9002" -> tablet.port
  ) ++ Seq("7421", "9000", "8080", "8000", "9980", "8081").map(_ -> Ports.free())
  private lazy val machine = Machine("hub", "127.0.0.1", ports("7411"), ports("7421"))

  private lazy val node = {
    val shows = Cuewire.dist.resolve("shows")
    val copy = house.file("show")
    Files.createDirectories(copy.resolve("hub-web"))
    val files = Files.list(shows.resolve("hub-web"))
    try (shows.resolve("hub.yaml") +: files.toScala(Seq)).foreach(f => Files.writeString(copy.resolve(shows.relativize(f)), onFreePorts(f)))
    finally files.close()
    new Node(copy.resolve("hub.yaml"))
  }

  private def onFreePorts(file: Path) =
    s"\\b(${ports.keys.mkString("|")})\\b".r.replaceAllIn(Files.readString(file), found => ports(found.matched).toString)

  private class Node(file: Path) {
    var running: Running = start()

    def start(): Running = {
      val command = Seq(Cuewire.program, "node", "--show", file.toString, "--name", "hub", "--data", house.file("data").toString)
      val started = house.start("hub", command)
      eventually(for (e <- Seq("osc-in", "control", "sensors", "web-control", "web")) state(e) shouldBe "listening")
      started
    }

    def restart(): Unit = running = start()
  }

  private def state(endpoint: String) = Rehearsal.endpoint(machine.status, endpoint, machine).path("state").asText

  private def started(): Unit = node.running.isAlive shouldBe true

  Feature("The hub moves parameters of TouchDesigner, whoever says so") {
    Scenario("the mappings work from every protocol") {
      needs("oscsend", "ncat", "curl", "node")
      started()

      When("each protocol moves another parameter by its mapping")
      oscsend("127.0.0.1", ports("9000"), "/volume", "f", "0.375")
      say("ncat", "8080", "/camera/position/x 0.8")
      say("ncat --udp", "8000", "/fader/1 0.75")
      socket("""{"type":"message","address":"/fader/2","args":[0.5]}""")
      post("""{"address":"/fader/3","args":[0.25]}""")

      Then("TouchDesigner gets them, scaled, as OPERATOR/PARAMETER and one value")
      eventually(touchDesigner.messages should contain.allOf(
        "/project1/audio/master_volume/gain f 0.750000",
        "/project1/cam1/tx f 3.000000",
        "/project1/faders/Fader1 f 0.750000",
        "/project1/faders/Fader2 f 0.500000",
        "/project1/faders/Fader3 f 0.250000"
      ))

      And("every program can look up how they are")
      eventually(parameter("/project1/audio/master_volume", "gain") shouldBe 0.75)
      parameter("/project1/faders", "Fader3") shouldBe 0.25

      When("a value is beyond what a mapping allows")
      oscsend("127.0.0.1", ports("9000"), "/volume", "f", "7.0")

      Then("it is held there")
      eventually(touchDesigner.messages should contain("/project1/audio/master_volume/gain f 1.000000"))
    }

    Scenario("further faders and the beat are passed on by routes") {
      needs("oscsend", "ncat")
      started()
      oscsend("127.0.0.1", ports("9000"), "/fader/7", "f", "0.5")
      say("ncat --udp", "8000", "/beat 1")
      eventually(touchDesigner.messages should contain.allOf("/project1/faders/Fader7 f 0.500000", "/beat i 1"))
    }

    Scenario("a tablet with TouchOSC moves parameters, starts a scene, and shows what others have moved") {
      needs("oscsend", "python3")
      started()

      When("fader 1 of any page and pad 1 are moved")
      oscsend("127.0.0.1", ports("9000"), "/1/fader1", "f", "0.5")
      oscsend("127.0.0.1", ports("9000"), "/3/xy1", "ff", "0.75", "0.25")

      Then("TouchDesigner gets the values in the ranges of the show")
      eventually(touchDesigner.messages should contain.allOf(
        "/project1/geo1/sx f 1.550000",
        "/project1/cam1/tx f 5.000000",
        "/project1/cam1/tz f -5.000000"
      ))

      When("a program sets the same parameter")
      ask("""{"command":"set_parameter","operator":"/project1/geo1","parameter":"sx","value":3.0}""") should include("\"success\":true")

      Then("the tablet's fader is told, in its own range")
      eventually(tablet.messages should contain("/1/fader1 f 1.000000"))

      When("push 1 is pressed and released")
      val before = sceneNumber
      oscsend("127.0.0.1", ports("9000"), "/1/push1", "f", "1")
      oscsend("127.0.0.1", ports("9000"), "/1/push1", "f", "0")

      Then("its scene is started once: it fades, waits, and tells TouchDesigner")
      eventually(touchDesigner.messages should contain("/scene s \"high_energy\""))
      eventually(touchDesigner.messages should contain("/project1/geo1/sx f 2.500000"))
      machine.status.path("scene").path("name").asText shouldBe "high_energy"
      sceneNumber shouldBe before + 1
    }

    Scenario("TouchDesigner reports how fast it runs") {
      needs("oscsend")
      started()
      oscsend("127.0.0.1", ports("9000"), "/status/fps", "f", "60.0")
      oscsend("127.0.0.1", ports("9000"), "/status/frame", "i", "1234")
      eventually {
        val programs = machine.status.path("programs").elements().asScala.toSeq
        programs.map(_.path("endpoint").asText).distinct shouldBe Seq("osc-in")
        programs.map(_.path("fps").asDouble) should contain(60.0)
      }
    }
  }

  Feature("The hub takes commands") {
    Scenario("as text and as JSON, each with its answer") {
      needs("python3")
      started()
      ask("CMD:SCENE:intro") shouldBe "OK:SCENE:intro"
      ask("CMD:SCENE:no_such_scene") should startWith("ERROR:")
      val status = ask("CMD:STATUS")
      status should startWith("STATUS:")
      Machine.parse(status.stripPrefix("STATUS:")).path("scene").path("name").asText shouldBe "intro"
      Machine.parse(ask("""{"command":"get_status"}""")).path("show").asText shouldBe "hub"
      ask("""{"command":"scene_change","scene_name":"finale"}""") should include("\"success\":true")
      ask("""{"command":"set_parameter","operator":"/project1/geo1","parameter":"sx","value":99}""") should include("\"success\":false")
      eventually(touchDesigner.messages should contain.allOf("/scene s \"intro\"", "/scene s \"finale\""))
    }

    Scenario("from a WebSocket, which also hears what passes") {
      needs("node", "oscsend")
      started()
      val client = socket(
        """{"type":"request_status"}""",
        """{"type":"control","action":"scene_change","scene_name":"intro"}""",
        """{"type":"parameter","operator":"/project1/cam1","parameter":"tx","value":-2.5}"""
      )
      eventually(client.output should include("\"type\":\"status_update\""))
      eventually(client.output should include("""{"type":"control_response","action":"scene_change","success":true,"scene_name":"intro"}"""))
      eventually(client.output should include("\"type\":\"parameter_response\""))
      eventually(touchDesigner.messages should contain("/project1/cam1/tx f -2.500000"))
      oscsend("127.0.0.1", ports("9000"), "/camera/position/x", "f", "0.75")
      eventually(client.output should include("\"address\":\"/project1/cam1/tx\",\"args\":[2.5]"))
    }
  }

  Feature("The hub has a web page") {
    Scenario("it knows the scenes and the parameters of the show") {
      val page = open()
      page.words("#scenes button") shouldBe names("/api/scenes")(_.path("name").asText)
      val parameters = names("/api/parameters")(p => s"${p.path("operator").asText}/${p.path("parameter").asText}")
      page.json("[...document.querySelectorAll('#parameters input')].map(i => i.id)").foreach(parameters should contain(_))
    }

    Scenario("its faders and scenes do what they say, and follow what others do") {
      needs("oscsend")
      val page = open()

      When("somebody else moves a parameter and starts a scene")
      oscsend("127.0.0.1", ports("9000"), "/fader/4", "f", "0.25")
      ask("CMD:SCENE:finale") shouldBe "OK:SCENE:finale"

      Then("the page shows both")
      eventually(page.value("Fader4") shouldBe "0.250")
      eventually(page.text("#scene") shouldBe "finale")

      When("the page's own fader is moved, and its button of another scene pressed")
      page.move("Fader4", 0.75)
      page.click("#scenes button:nth-child(2)")

      Then("TouchDesigner hears both, and the page says what became of it")
      eventually(touchDesigner.messages should contain("/project1/faders/Fader4 f 0.750000"))
      eventually(page.text("#scene") shouldBe "high_energy")
      eventually(page.text("#scene-said") shouldBe "Scene high_energy has started.")
      page.value("Fader4") shouldBe "0.750"
    }

    Scenario("what somebody only sends by a parameter's address is shown as a message, and not as the parameter's value") {
      needs("ncat")
      val page = open()
      say("ncat", "8080", "/project1/faders/Fader1 0.123")
      eventually(page.text("#messages") should include("0.123"))
      page.value("Fader1") should not be "0.123"
    }

    Scenario("it says so when the node is gone, and comes back with it") {
      val page = open()
      page.disabled("#stop") shouldBe false

      When("the node dies")
      node.running.crash()

      Then("the page says that it is not connected, and that its stop does nothing")
      eventually(page.text("#connection") should startWith("NOT CONNECTED"))
      page.disabled("#stop") shouldBe true
      page.text("#stop-said") should include("does nothing")
      page.text("#scene") shouldBe "not known"
      eventually(page.text("#age") should startWith("OLD"))

      When("the node is started again")
      node.restart()

      Then("the page is connected again by itself")
      eventually(page.text("#connection") should startWith("connected"))
      page.disabled("#stop") shouldBe false
    }

    Scenario("a node that is frozen is not shown as connected") {
      val page = open()
      node.running.signal("STOP")
      try eventually(page.text("#connection") should startWith("NOT CONNECTED"))
      finally node.running.signal("CONT")
      eventually(page.text("#connection") should startWith("connected"))
    }
  }

  Feature("The hub stops") {
    Scenario("the red button of the page stops everybody, until it is cleared") {
      needs("ncat", "oscsend", "python3")
      val page = open()
      ask(volume(0.7)) should include("\"success\":true")
      val program = scene.start("program", Seq("ncat", "--recv-only", "127.0.0.1", ports("8080").toString))
      eventually(Rehearsal.endpoint(machine.status, "control", machine).path("peers").size shouldBe 1)

      When("it is pressed")
      page.click("#stop")

      Then("TouchDesigner and the programs are told, and the volume goes to nothing")
      eventually(touchDesigner.messages should contain("/emergency_stop i 1"))
      eventually(program.lines should contain("CMD:EMERGENCY_STOP"))
      eventually(parameter("/project1/audio/master_volume", "gain") shouldBe 0.0)
      eventually(touchDesigner.messages.filter(_.startsWith("/project1/audio/master_volume/gain")).last shouldBe "/project1/audio/master_volume/gain f 0.000000")

      And("the page says so")
      eventually(page.text("#latched") should startWith("EMERGENCY STOP is in force"))
      machine.status.path("emergency").path("latched").asBoolean shouldBe true

      And("scenes and parameters are refused")
      ask("CMD:SCENE:intro") should startWith("ERROR:")
      ask(volume(0.6)) should include("\"success\":false")

      When("it is cleared")
      val cleared = cuewire("estop", "clear", "--yes", "--at", machine.url)

      Then("the show goes on, and the page says so")
      withClue(cleared)(cleared.exit shouldBe 0)
      ask("CMD:SCENE:intro") shouldBe "OK:SCENE:intro"
      eventually(page.json("[String(document.getElementById('latched').hidden)]") shouldBe Seq("true"))
    }
  }

  private def volume(value: Double) =
    s"""{"command":"set_parameter","operator":"/project1/audio/master_volume","parameter":"gain","value":$value}"""

  private def parameter(operator: String, name: String) =
    machine
      .get("/api/parameters")
      .asScala
      .find(p => p.path("operator").asText == operator && p.path("parameter").asText == name)
      .fold(Double.NaN)(_.path("value").asDouble)

  private def sceneNumber = machine.status.path("scene").path("sequence").asInt

  private def names(path: String)(name: JsonNode => String) = machine.get(path).asScala.map(name).toSeq

  /** One line, sent and forgotten. */
  private def say(ncat: String, port: String, line: String): Unit =
    succeeds(Seq("bash", "-c", s"printf '%s\\n' \"$$0\" | $ncat --send-only 127.0.0.1 ${ports(port)}", line))

  /** One line over TCP, and the answer: the first line but for a stop, which every new client is told. */
  private def ask(line: String): String =
    succeeds(Seq("python3", "-c", asking, ports("8080").toString, line)).out.strip

  private val asking =
    """import socket, sys
      |connection = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 10)
      |connection.sendall(sys.argv[2].encode() + b'\n')
      |print(next(line for line in connection.makefile() if not line.startswith('CMD:')))
      |""".stripMargin

  /** A WebSocket client that says these frames and prints what it hears. */
  private def socket(frames: String*): Running = {
    val script = "const s = new (require('ws'))(process.argv[1]);" +
      "s.on('open', () => process.argv.slice(2).forEach(frame => s.send(frame)));" +
      "s.on('message', text => console.log(String(text)));"
    val running = scene.start("websocket", Seq("node", "-e", script, s"ws://127.0.0.1:${ports("9980")}/") ++ frames, HubSpec.modules)
    eventually(running.output should include("\"type\":\"welcome\""))
    running
  }

  private def post(message: String): Unit = {
    succeeds(Seq("curl", "-sSf", "-d", message, s"http://127.0.0.1:${ports("8081")}/send"))
    ()
  }

  private def succeeds(command: Seq[String], environment: Map[String, String] = Map.empty): Said = {
    val said = run(command, environment)
    withClue(said)(said.exit shouldBe 0)
    said
  }

  /** The page in a browser, connected. */
  private def open(): Page = {
    needs("chromium", "node")
    started()
    val port = Ports.free()
    val profile = scene.file(s"browser-$port").toString
    val switches = Seq("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-breakpad", "--no-first-run", s"--user-data-dir=$profile")
    scene.start("browser", Seq("chromium") ++ switches ++ Seq(s"--remote-debugging-port=$port", s"http://127.0.0.1:${ports("8081")}/"))
    eventually(Ports.isOpenTcp(port) shouldBe true)
    val page = new Page(port)
    eventually(page.text("#connection") shouldBe "connected to 127.0.0.1")
    page
  }

  private class Page(port: Int) {
    private val script = Path.of(getClass.getResource("/page.js").toURI).toString

    private def evaluate(expression: String) = succeeds(Seq("node", script, port.toString, expression), HubSpec.modules).out.stripTrailing

    def text(selector: String): String = evaluate(s"document.querySelector('$selector').innerText")
    def disabled(selector: String): Boolean = evaluate(s"document.querySelector('$selector').disabled").toBoolean
    def click(selector: String): Unit = { evaluate(s"document.querySelector('$selector').click()"); () }
    def json(expression: String): Seq[String] = Machine.parse(evaluate(s"JSON.stringify($expression)")).asScala.map(_.asText).toSeq
    def words(selector: String): Seq[String] = json(s"[...document.querySelectorAll('$selector')].map(e => e.innerText)")

    /** What a fader shows, by its parameter's name. */
    def value(parameter: String): String = evaluate(s"${input(parameter)}.closest('.fader').querySelector('output').innerText")

    def move(parameter: String, to: Double): Unit = {
      evaluate(s"{const i = ${input(parameter)}; i.value = $to; for (const e of ['input', 'change']) i.dispatchEvent(new Event(e))}")
      ()
    }

    private def input(parameter: String) = s"document.querySelector('#parameters input[id$$=\"/$parameter\"]')"
  }
}

private object HubSpec {

  /** Where Debian keeps what `node` requires. */
  val modules: Map[String, String] = Map("NODE_PATH" -> "/usr/share/nodejs")
}
