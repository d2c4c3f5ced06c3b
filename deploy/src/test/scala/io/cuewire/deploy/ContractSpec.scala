package io.cuewire.deploy

import com.fasterxml.jackson.databind.JsonNode
import java.nio.file.Files
import org.scalatest.Assertion
import scala.jdk.CollectionConverters._

/** Each command and reply of contract section 4, and what sections 2 and 7 say of scenes, parameters and the stop, to the letter. */
class ContractSpec extends OnStage {
  private val foh = Machine("foh", "127.0.0.1")
  private val left = Machine("stage-left", "127.0.0.2")
  private val ports = Seq("desk", "control", "ruled", "sensors", "web", "http", "mqtt", "nobody").map(_ -> Ports.free()).toMap
  private lazy val program = oscdump(house)
  private lazy val plug = house.file("plug")
  private lazy val cable = house.file("cable")

  private lazy val show = {
    needs("ncat", "socat", "mosquitto", "mosquitto_pub", "mosquitto_sub", "mosquitto_rr", "curl", "python3", "node")
    house.start("serial cable", Seq("socat", s"pty,raw,echo=0,link=$plug", s"pty,raw,echo=0,link=$cable"))
    house.start("mqtt broker", Seq("mosquitto", "-p", s"${ports("mqtt")}"))
    eventually(Ports.isOpenTcp(ports("mqtt")) shouldBe true)
    eventually(Files.exists(plug) && Files.exists(cable) shouldBe true)
    val show = new Rehearsal(
      house,
      Seq(foh, left),
      s"""endpoints:
         |  desk:    {protocol: osc, listen: ${ports("desk")}, on: foh}
         |  td:      {protocol: osc, send: "127.0.0.1:${program.port}", on: stage-left}
         |  control: {protocol: tcp, listen: ${ports("control")}, on: all}
         |  ruled:   {protocol: tcp, listen: ${ports("ruled")}, on: foh, handle: [{match: "^(CMD:STATUS|GO) *(.*)", address: /own/go, args: ["$$2"]}]}
         |  sensors: {protocol: udp, listen: ${ports("sensors")}, on: foh}
         |  web:     {protocol: websocket, listen: ${ports("web")}, on: all}
         |  http:    {protocol: http, listen: ${ports("http")}, on: foh}
         |  dimmers: {protocol: serial, device: "$plug", baud: 115200, on: stage-left}
         |  iot:     {protocol: mqtt, broker: "tcp://127.0.0.1:${ports("mqtt")}", subscribe: ["show/#"], prefix: show, qos: 1, on: foh}
         |  gone:    {protocol: tcp, connect: "127.0.0.1:${ports("nobody")}", on: foh}
         |routes:
         |  texts: {from: "*", match: "/{xml,csv,text}", to: td}
         |  plain: {from: "*", match: "/plain/*", to: [td, web]}
         |  own:   {from: ruled, match: "/own/*", to: td}
         |parameters:
         |  to: [td, web]
         |  strict: true
         |  declare:
         |    - {operator: /project1/audio, parameter: gain, type: float, min: 0.0, max: 1.0, default: 0.5}
         |    - {operator: /project1/geo1, parameter: count, type: int, min: 0, max: 100}
         |    - {operator: /project1/geo1, parameter: display, type: bool}
         |    - {operator: /project1/text1, parameter: text, type: string}
         |mappings:
         |  /volume: {operator: /project1/audio, parameter: gain, scale: 2.0, offset: -0.5, min: 0.25, max: 0.75}
         |scenes:
         |  high: [{set: {operator: /project1/text1, parameter: text, value: high}}, {send: {to: td, address: /high, args: [1]}}]
         |  low:  [{set: {operator: /project1/text1, parameter: text, value: low}}]
         |emergency:
         |  set: [{operator: /project1/audio, parameter: gain, value: 0}]
         |"""
    )
    show.startAll()
    oneCluster(show)
    for ((name, on) <- Seq("dimmers" -> left, "iot" -> foh))
      eventually(withClue(name)(Rehearsal.endpoint(foh.status, name, on).path("state").asText shouldBe "connected"))
    show
  }

  private lazy val tcp = ready(Talker.tcp(house, left.host, ports("control")))
  private lazy val udp = ready(Talker.udp(house, foh.host, ports("sensors")))
  private lazy val serial = ready(Talker.serial(house, cable.toString))
  private lazy val web = welcomed(foh)
  private lazy val otherWeb = welcomed(left)

  private def ready(talker: => Talker): Talker = {
    show
    talker
  }

  private def welcomed(machine: Machine): Talker = {
    val talker = ready(Talker.webSocket(house, s"ws://${machine.host}:${ports("web")}/"))
    eventually(talker.heard.head should fullyMatch regex """\{"type":"welcome","server":"web","timestamp":\d+\.\d+\}""")
    talker
  }

  /** Those that take text frames, and answer on the connection. */
  private def texts = Seq("tcp" -> tcp, "udp" -> udp, "serial" -> serial)

  private val gain = """"operator":"/project1/audio","parameter":"gain""""

  Feature("Text frames are commands") {
    Scenario("CMD:SCENE changes the scene of all nodes, and is answered on the connection") {
      for ((name, peer) <- texts) withClue(name) {
        val before = sequence
        ask(peer, "CMD:SCENE:high") shouldBe "OK:SCENE:high"
        inScene("high", before + 1)
        ask(peer, "CMD:SCENE:low") shouldBe "OK:SCENE:low"
        inScene("low", before + 2)
        ask(peer, "CMD:SCENE:hig") should fullyMatch regex "ERROR:there is no scene 'hig' on (foh|stage-left)[;,:].*high.*"
        ask(peer, "CMD:SCENE:") should startWith("ERROR:")
        ask(peer, "CMD:DANCE") shouldBe "ERROR:unknown command CMD:DANCE"
        sequence shouldBe before + 2
      }
    }

    Scenario("CMD:STATUS and get_status are answered with the status on one line") {
      for ((name, peer) <- texts) withClue(name) {
        val said = ask(peer, "CMD:STATUS")
        said should startWith("STATUS:")
        isStatus(Machine.parse(said.stripPrefix("STATUS:")))
        isStatus(Machine.parse(ask(peer, """{"command":"get_status"}""")))
      }
    }

    Scenario("set_parameter is answered with what became of it") {
      for ((name, peer) <- texts) withClue(name) {
        def set(parameter: String, value: String) = ask(peer, s"""{"command":"set_parameter",$parameter,"value":$value}""")
        def failed(parameter: String, value: String, error: String) =
          set(parameter, value) shouldBe s"""{"command":"set_parameter","success":false,$parameter,"value":$value,"error":"$error"}"""
        val value = s"0.${name.length}25"
        set(gain, value) shouldBe s"""{"command":"set_parameter","success":true,$gain,"value":$value}"""
        everywhere("/project1/audio", "gain")(_.asDouble shouldBe value.toDouble)
        eventually(program.messages.last shouldBe s"/project1/audio/gain f ${value}000")
        failed(gain, "7", "out of range: 7, /project1/audio gain takes from 0 up to 1")
        failed(gain, "\"loud\"", "wrong type: /project1/audio gain is declared as float, not 'loud'")
        failed(gain, "null", "'value' must be a number, a text, true or false")
        val size = """"operator":"/project1/geo1","parameter":"sx""""
        failed(size, "1.5", "Parameter not found: /project1/geo1 sx, the show declares no such parameter and is strict")
        ask(peer, """{"command":"set_parameter","parameter":"gain","value":1}""") shouldBe
          """{"command":"set_parameter","success":false,"parameter":"gain","value":1,"error":"'operator' is missing or no text"}"""
      }
    }

    Scenario("scene_change is answered with what became of it") {
      for ((name, peer) <- texts) withClue(name) {
        val before = sequence
        ask(peer, """{"command":"scene_change","scene_name":"high"}""") shouldBe """{"command":"scene_change","success":true,"scene_name":"high"}"""
        inScene("high", before + 1)
        ask(peer, """{"command":"scene_change","scene_name":"hig"}""") should startWith("""{"command":"scene_change","success":false,"scene_name":"hig","error":"there is no scene 'hig'""")
        ask(peer, """{"command":"scene_change"}""") shouldBe """{"command":"scene_change","success":false,"error":"'scene_name' is missing or no text"}"""
        ask(peer, """{"command":"dance"}""") should startWith("""{"command":"dance","success":false,"error":"unknown command""")
      }
    }

    Scenario("frames are recognised in this order: CMD, JSON, XML, address, CSV, text") {
      for ((name, peer) <- texts) withClue(name) {
        val from = program.messages.size
        for (
          (frame, heard) <- Seq(
            """{"address":"/plain/json","args":[1,0.5,"two words"]}""" -> "/plain/json ifs 1 0.500000 \"two words\"",
            "<cue a='1,2'/>" -> "/xml s \"<cue a='1,2'/>\"",
            "/plain/slash 5 0.5 \"two words\"" -> "/plain/slash ifs 5 0.500000 \"two words\"",
            "1,2,/plain" -> "/csv s \"1,2,/plain\"",
            "a CMD:STATUS" -> "/text s \"a CMD:STATUS\"",
            "[1]" -> "/text s \"[1]\""
          )
        ) {
          peer.say(frame)
          eventually(program.messages.drop(from) should contain(heard))
        }
        peer.say("""{"success":true}""")
        eventually(program.messages.drop(from).filter(_.startsWith("/text")) should have size 3)
      }
    }

    Scenario("an endpoint's own recognition comes first") {
      val ruled = ready(Talker.tcp(house, foh.host, ports("ruled")))
      ruled.say("CMD:STATUS 7")
      eventually(program.messages should contain("/own/go i 7"))
      ask(ruled, "CMD:SCENE:low") shouldBe "OK:SCENE:low"
      ruled.heard should have size 1
    }

    Scenario("MQTT takes the JSON commands, and answers on the response topic") {
      show.machines should have size 2
      def ask(text: String) = {
        val said = run(Seq("mosquitto_rr", "-V", "5", "-W", "5", "-p", s"${ports("mqtt")}", "-t", "show/ask", "-e", "answers", "-m", text))
        withClue(said)(said.exit shouldBe 0)
        said.out.strip
      }
      ask(s"""{"command":"set_parameter",$gain,"value":0.75}""") shouldBe s"""{"command":"set_parameter","success":true,$gain,"value":0.75}"""
      ask(s"""{"command":"set_parameter",$gain,"value":2}""") should include("\"success\":false")
      ask("""{"command":"scene_change","scene_name":"high"}""") shouldBe """{"command":"scene_change","success":true,"scene_name":"high"}"""
      isStatus(Machine.parse(ask("""{"command":"get_status"}""")))
    }
  }

  Feature("Addresses are commands, whatever protocol they come by") {
    Scenario("/scene/NAME and /scene NAME change the scene; a false argument does nothing; a pattern is no name") {
      show.machines should have size 2
      val before = sequence
      oscsend(foh.host, ports("desk"), "/scene/low", "i", "0")
      oscsend(foh.host, ports("desk"), "/scene/lo*")
      oscsend(foh.host, ports("desk"), "/scene/low")
      inScene("low", before + 1)
      oscsend(foh.host, ports("desk"), "/scene", "s", "high")
      inScene("high", before + 2)
      tcp.say("/scene/low 1")
      inScene("low", before + 3)
      udp.say("/scene high")
      inScene("high", before + 4)
      serial.say("/scene/low true")
      inScene("low", before + 5)
      web.say("""{"type":"message","address":"/scene/high","args":[]}""")
      inScene("high", before + 6)
      succeeds(Seq("mosquitto_pub", "-p", s"${ports("mqtt")}", "-t", "show/scene/low", "-m", "1"))
      inScene("low", before + 7)
      http("POST", s"http://${foh.host}:${ports("http")}/send", """{"address":"/scene/high"}""") shouldBe (200 -> """{"success":true}""")
      inScene("high", before + 8)
      tcp.say("/scene/low false")
      tcp.say("/emergency_stop 0")
      ask(tcp, "CMD:SCENE:low") shouldBe "OK:SCENE:low" // and those before it did nothing
      inScene("low", before + 9)
      latched shouldBe false
    }

    Scenario("a mapping's value is scaled, moved and limited, in that order") {
      show.machines should have size 2
      for ((value, becomes) <- Seq("0.5" -> 0.5, "0.0" -> 0.25, "9.0" -> 0.75)) {
        oscsend(foh.host, ports("desk"), "/volume", "f", value)
        everywhere("/project1/audio", "gain")(_.asDouble shouldBe becomes)
      }
    }

    Scenario("programs report how they run, each sender for itself") {
      show.machines should have size 2
      oscsend(foh.host, ports("desk"), "/status/fps", "f", "59.94")
      tcp.say("/status/frame 1234")
      tcp.say("/status/fps 30")
      eventually(withClue(foh.status.path("programs")) {
        val all = foh.status.path("programs").asScala.toSeq
        all.flatMap(_.fieldNames.asScala).distinct shouldBe Seq("endpoint", "peer", "fps", "frame", "since")
        all.map(p => (p.path("endpoint").asText, p.path("fps").asText, p.path("frame").asText)).toSet shouldBe Set(("desk", "59.94", "null"), ("control", "30.0", "1234"))
        all.foreach(_.path("peer").asText should startWith("127.0.0."))
      })
    }

    Scenario("an HTTP listener has the status too") {
      show.machines should have size 2
      val (code, body) = http("GET", s"http://${foh.host}:${ports("http")}/status")
      code shouldBe 200
      isStatus(Machine.parse(body))
      http("POST", s"http://${foh.host}:${ports("http")}/send", """{"args":[]}""")._1 shouldBe 400
    }
  }

  Feature("WebSocket clients speak JSON") {
    Scenario("they change the scene") {
      val before = sequence
      ask(web, """{"type":"control","action":"scene_change","scene_name":"high"}""", "control_response") shouldBe
        """{"type":"control_response","action":"scene_change","success":true,"scene_name":"high"}"""
      inScene("high", before + 1)
      ask(web, """{"type":"control","action":"scene_change","scene_name":"hig"}""", "control_response") should startWith(
        """{"type":"control_response","action":"scene_change","success":false,"scene_name":"hig","error":"there is no scene 'hig'"""
      )
      ask(web, """{"type":"control","action":"scene_change"}""", "control_response") shouldBe
        """{"type":"control_response","action":"scene_change","success":false,"error":"'scene_name' is missing or no text"}"""
    }

    Scenario("they set parameters, which everybody hears from nobody") {
      otherWeb.heard should not be empty
      ask(web, s"""{"type":"parameter",$gain,"value":0.125}""", "parameter_response") shouldBe s"""{"type":"parameter_response",$gain,"value":0.125,"success":true}"""
      everywhere("/project1/audio", "gain")(_.asDouble shouldBe 0.125)
      eventually(program.messages.last shouldBe "/project1/audio/gain f 0.125000")
      for (client <- Seq(web, otherWeb))
        eventually(client.heard.filter(_.contains("[0.125]")) match {
          case Seq(message) => message should fullyMatch regex """\{"type":"message","address":"/project1/audio/gain","args":\[0\.125\],"source":"","timestamp":\d+\.\d+\}"""
          case other        => fail(s"$other")
        })
      val newcomer = Talker.webSocket(scene, s"ws://${left.host}:${ports("web")}/")
      eventually(newcomer.heard.map(_.replaceAll("\\d+\\.\\d{3}\\}", "T}")) should contain("""{"type":"message","address":"/project1/audio/gain","args":[0.125],"source":"","timestamp":T}"""))
      def failed(parameter: String, value: String, error: String) =
        ask(web, s"""{"type":"parameter",$parameter,"value":$value}""", "parameter_response") shouldBe
          s"""{"type":"parameter_response",$parameter,"value":$value,"success":false,"error":"$error"}"""
      failed(gain, "-1.5", "out of range: -1.5, /project1/audio gain takes from 0 up to 1")
      failed(""""operator":"/project1/geo1","parameter":"count"""", "1.5", "wrong type: /project1/geo1 count is declared as int, not 1.5")
      failed(""""operator":"/no","parameter":"such"""", "1", "Parameter not found: /no such, the show declares no such parameter and is strict")
      failed(gain, "[]", "'value' must be a number, a text, true or false")
    }

    Scenario("they ask for the status, and get it every five seconds anyway") {
      val update = Machine.parse(ask(web, """{"type":"request_status"}""", "status_update"))
      update.fieldNames.asScala.toSeq shouldBe Seq("type", "timestamp", "status")
      isStatus(update.path("status"))
      def periodic = web.heard.filter(_.startsWith("""{"type":"periodic_status","data":{""")).map(Machine.parse(_).path("data"))
      eventually(periodic.size should be >= 2)
      periodic.foreach(isStatus)
      val times = periodic.map(_.path("timestamp").asDouble)
      times.lazyZip(times.tail).foreach((one, next) => next - one should (be > 3.0 and be < 8.0))
    }

    Scenario("their messages are routed, and say where they come from") {
      web.say("""{"type":"message","address":"/plain/page","args":[0.25,"x"]}""")
      eventually(program.messages should contain("/plain/page fs 0.250000 \"x\""))
      tcp.say("/plain/tcp 1")
      eventually(web.heard.map(_.replaceAll("\\d+\\.\\d+", "T")) should contain("""{"type":"message","address":"/plain/tcp","args":[1],"source":"control","timestamp":T}"""))
    }

    Scenario("whatever else they say is an error, and the connection stays") {
      for (wrong <- Seq("nonsense", "[]", "{}", """{"type":"dance"}""", """{"type":"control","action":"dance"}""", """{"type":"message","address":"no slash"}"""))
        withClue(wrong)(Machine.parse(ask(web, wrong, "error")).fieldNames.asScala.toSeq shouldBe Seq("type", "error"))
      ask(web, """{"type":"request_status"}""", "status_update") should not be empty
    }
  }

  Feature("HTTP and the commands do the same") {
    Scenario("scenes") {
      show.machines should have size 2
      val before = sequence
      val (code, body) = http("POST", s"${left.url}/api/scenes/high/go")
      code shouldBe 200
      val answer = Machine.parse(body)
      answer.fieldNames.asScala.toSeq shouldBe Seq("scene", "sequence", "success", "nodes")
      (answer.path("scene").asText, answer.path("sequence").asInt, answer.path("success").asBoolean) shouldBe (("high", before + 1, true))
      answer.path("nodes").fieldNames.asScala.toSeq shouldBe Seq("foh", "stage-left")
      answer.path("nodes").asScala.foreach { fired =>
        fired.path("confirmed").asBoolean shouldBe true
        fired.path("ms").asDouble should be > 0.0
      }
      inScene("high", before + 1)
      val (missing, why) = http("POST", s"${foh.url}/api/scenes/hig/go")
      missing shouldBe 404
      Machine.parse(why).path("error").asText should startWith("there is no scene 'hig'")

      foh.get("/api/scenes").asScala.map(_.path("name").asText).toSeq shouldBe Seq("high", "low")
      json("scenes", "--at", foh.url).asScala.map(_.path("name").asText).toSeq shouldBe Seq("high", "low")
      val go = cuewire("scene", "go", "low", "--at", foh.url)
      withClue(go)(go.exit shouldBe 0)
      go.out should (include("low").and(include("foh")).and(include("stage-left")))
      inScene("low", before + 2)
      refused(cuewire("scene", "go", "hig", "--at", foh.url), 1) should include("there is no scene 'hig'")
      cuewire("scene", "go", "--at", foh.url).exit shouldBe 2
    }

    Scenario("parameters") {
      show.machines should have size 2
      def put(body: String) = http("PUT", s"${foh.url}/api/parameters", body)
      put(s"""{$gain,"value":1}""") shouldBe (200 -> """{"success":true}""")
      everywhere("/project1/audio", "gain") { p => p.isFloatingPointNumber shouldBe true; p.asDouble shouldBe 1.0 }
      eventually(program.messages.last shouldBe "/project1/audio/gain f 1.000000")
      put(s"""{$gain,"value":7}""") shouldBe (400 -> """{"error":"out of range: 7, /project1/audio gain takes from 0 up to 1"}""")
      put(s"""{$gain,"value":true}""") shouldBe (400 -> """{"error":"wrong type: /project1/audio gain is declared as float, not true"}""")
      put("""{"operator":"/no","parameter":"such","value":1}""") shouldBe (404 -> """{"error":"Parameter not found: /no such, the show declares no such parameter and is strict"}""")
      put(s"""{$gain}""")._1 shouldBe 400
      put("nonsense")._1 shouldBe 400

      val set = cuewire("set", "/project1/geo1", "count", "42", "--at", left.url)
      withClue(set)(set.exit shouldBe 0)
      everywhere("/project1/geo1", "count")(_.asInt shouldBe 42)
      refused(cuewire("set", "/project1/geo1", "count", "142", "--at", foh.url), 1) should include("out of range: 142")
      refused(cuewire("set", "/project1/geo1", "cuont", "1", "--at", foh.url), 1) should include("Parameter not found: /project1/geo1 cuont")
      val listed = json("parameters", "--at", foh.url).asScala.toSeq
      listed.foreach(_.fieldNames.asScala.toSeq shouldBe Seq("operator", "parameter", "value", "since", "node"))
      listed.map(_.path("parameter").asText) should contain allOf ("gain", "count", "text")
      foh.status.path("parameters").asInt shouldBe listed.size
    }
  }

  Feature("The emergency stop is entered by each protocol, and left by a clear alone") {
    Scenario("whatever says so") {
      otherWeb.heard should not be empty
      for (
        (name, stop) <- Seq[(String, () => Unit)](
          "CMD over tcp" -> (() => tcp.say("CMD:EMERGENCY_STOP")),
          "JSON over udp" -> (() => udp.say("""{"command":"emergency_stop"}""")),
          "CMD over serial" -> (() => serial.say("CMD:EMERGENCY_STOP")),
          "osc" -> (() => oscsend(foh.host, ports("desk"), "/emergency_stop")),
          "osc with an argument" -> (() => oscsend(foh.host, ports("desk"), "/emergency_stop", "f", "1")),
          "mqtt" -> (() => succeeds(Seq("mosquitto_pub", "-p", s"${ports("mqtt")}", "-t", "show/emergency_stop", "-m", "1"))),
          "http send" -> (() => http("POST", s"http://${foh.host}:${ports("http")}/send", """{"address":"/emergency_stop"}""")._1 shouldBe 200),
          "websocket" -> (() => web.say("""{"type":"control","action":"emergency_stop"}"""))
        )
      ) withClue(name) {
        def told(client: Talker) = client.heard.count(_.matches("""\{"type":"emergency_stop","timestamp":\d+\.\d+\}"""))
        val before = Seq(web, otherWeb).map(told)
        val oscs = program.messages.count(_ == "/emergency_stop i 1")
        stop()
        eventually(Seq(foh, left).foreach(_.status.path("emergency").path("latched").asBoolean shouldBe true))
        eventually(Seq(web, otherWeb).map(told) shouldBe before.map(_ + 1))
        eventually(program.messages.count(_ == "/emergency_stop i 1") shouldBe oscs + 3)
        cleared()
      }
    }

    Scenario("while it is latched every change is refused with an error") {
      show.machines should have size 2
      val before = sequence
      val (code, body) = http("POST", s"${foh.url}/api/emergency-stop", """{"reason":"fire"}""")
      code shouldBe 200
      val answer = Machine.parse(body)
      answer.fieldNames.asScala.toSeq shouldBe Seq("latched", "confirmations")
      val confirmations = answer.path("confirmations").asScala.map(c => s"${c.path("endpoint").asText} on ${c.path("node").asText}" -> c).toMap
      confirmations.keySet shouldBe Set("td on stage-left", "control on foh", "control on stage-left", "ruled on foh", "web on foh", "web on stage-left", "dimmers on stage-left", "iot on foh", "gone on foh")
      for ((name, confirmation) <- confirmations) withClue(confirmation) {
        if (name == "gone on foh") {
          confirmation.path("state").asText shouldBe "unconfirmed"
          confirmation.path("error").asText should not be empty
        } else {
          confirmation.path("state").asText shouldBe "confirmed"
          confirmation.path("ms").isNumber shouldBe true
        }
      }
      val stop = left.status.path("emergency")
      stop.fieldNames.asScala.toSeq should contain inOrder ("latched", "since", "reason", "node", "by", "confirmations", "refused")
      (stop.path("reason").asText, stop.path("node").asText) shouldBe (("fire", "foh"))

      val refusal = "emergency stop: fire; clear it first"
      ask(tcp, "CMD:SCENE:high", said => said.startsWith("ERROR") || said.startsWith("OK")) shouldBe s"ERROR:$refusal"
      ask(udp, s"""{"command":"set_parameter",$gain,"value":0.5}""") shouldBe s"""{"command":"set_parameter","success":false,$gain,"value":0.5,"error":"$refusal"}"""
      ask(web, """{"type":"control","action":"scene_change","scene_name":"high"}""", "control_response") shouldBe
        s"""{"type":"control_response","action":"scene_change","success":false,"scene_name":"high","error":"$refusal"}"""
      ask(web, s"""{"type":"parameter",$gain,"value":0.5}""", "parameter_response") shouldBe s"""{"type":"parameter_response",$gain,"value":0.5,"success":false,"error":"$refusal"}"""
      http("PUT", s"${left.url}/api/parameters", s"""{$gain,"value":0.5}""") shouldBe (409 -> s"""{"error":"$refusal"}""")
      http("POST", s"${left.url}/api/scenes/high/go") shouldBe (409 -> s"""{"error":"$refusal"}""")
      refused(cuewire("scene", "go", "high", "--at", foh.url), 1) should include(refusal)
      refused(cuewire("set", "/project1/audio", "gain", "0.5", "--at", foh.url), 1) should include(refusal)
      sequence shouldBe before

      And("what the show sets for it is set, and stays")
      everywhere("/project1/audio", "gain")(_.asDouble shouldBe 0.0)
      eventually(program.messages.filter(_.startsWith("/project1/audio/gain")).last shouldBe "/project1/audio/gain f 0.000000")
      eventually(foh.status.path("emergency").path("refused").asInt should be >= 8)

      When("it is cleared over HTTP")
      val (cleared, latched) = http("DELETE", s"${left.url}/api/emergency-stop")
      cleared shouldBe 200
      Machine.parse(latched).path("latched").asBoolean shouldBe false
      eventually(Seq(foh, left).foreach(_.status.path("emergency") shouldBe Machine.parse("""{"latched":false}""")))
      ask(tcp, "CMD:SCENE:high") shouldBe "OK:SCENE:high"
    }

    Scenario("the commands say who has not confirmed") {
      show.machines should have size 2
      val said = cuewire("estop", "--reason", "a test", "--at", left.url)
      withClue(said) {
        said.exit shouldBe 3
        said.out should (include("EMERGENCY STOP").and(include("td")).and(include("confirmed")))
        said.err should include("gone on foh")
      }
      foh.status.path("emergency").path("reason").asText shouldBe "a test"
      val clear = cuewire("estop", "clear", "--yes", "--at", foh.url)
      withClue(clear)(clear.exit shouldBe 0)
      eventually(Seq(foh, left).foreach(_.status.path("emergency").path("latched").asBoolean shouldBe false))
    }
  }

  private def cleared(): Unit = {
    http("DELETE", s"${foh.url}/api/emergency-stop")._1 shouldBe 200
    eventually(Seq(foh, left).foreach(_.status.path("emergency").path("latched").asBoolean shouldBe false))
  }

  private def latched = foh.status.path("emergency").path("latched").asBoolean

  private def sequence = {
    show
    foh.status.path("scene").path("sequence").asInt
  }

  private def inScene(name: String, number: Int): Unit = eventually {
    for (machine <- show.machines) {
      val now = machine.status.path("scene")
      now.fieldNames.asScala.toSeq shouldBe Seq("name", "sequence", "since")
      (now.path("name").asText, now.path("sequence").asInt) shouldBe ((name, number))
    }
  }

  /** The same value on each node. */
  private def everywhere(operator: String, parameter: String)(check: JsonNode => Assertion): Unit = eventually {
    for (machine <- show.machines) {
      val all = machine.get("/api/parameters").asScala
      check(all.find(p => p.path("operator").asText == operator && p.path("parameter").asText == parameter).fold(fail(s"no $parameter on $machine"))(_.path("value")))
    }
  }

  private def isStatus(status: JsonNode): Assertion = withClue(status) {
    val keys = Seq("show", "node", "cluster", "timestamp", "coordinator", "scene", "emergency", "nodes", "endpoints", "routes", "parameters", "messages")
    status.fieldNames.asScala.toSeq should contain allElementsOf keys
    status.path("show").asText shouldBe "rehearsal"
    status.path("cluster").asText shouldBe "member"
    status.path("emergency").path("latched").isBoolean shouldBe true
    status.path("nodes").size shouldBe 2
  }

  private def ask(peer: Talker, text: String): String = ask(peer, text, _ => true)

  private def ask(peer: Talker, frame: String, answer: String): String = ask(peer, frame, _.startsWith(s"""{"type":"$answer""""))

  private def ask(peer: Talker, text: String, isAnswer: String => Boolean): String = {
    val before = peer.heard.size
    peer.say(text)
    eventually(peer.heard.drop(before).find(said => isAnswer(said) && said != "CMD:EMERGENCY_STOP").getOrElse(fail(s"no answer to $text")))
  }

  private def http(method: String, url: String, body: String = ""): (Int, String) = {
    val said = succeeds(Seq("curl", "-sS", "-m", "10", "-X", method, "-w", "\n%{http_code}", "-d", body, url))
    val end = said.out.lastIndexOf('\n')
    said.out.drop(end + 1).toInt -> said.out.take(end)
  }

  private def succeeds(command: Seq[String]): Said = {
    val said = run(command)
    withClue(said)(said.exit shouldBe 0)
    said
  }
}
