package io.cuewire.deploy

import io.cuewire.deploy.Rehearsal.endpoint
import java.nio.file.Files

class EveryProtocolSpec extends OnStage {
  private val (foh, left, right) = Machine.three()

  /** Listens on a path of its own and prints what is asked; answers `ok`. */
  private val server =
    """import http.server, sys
      |class Asked(http.server.BaseHTTPRequestHandler):
      |    def do_POST(self):
      |        body = self.rfile.read(int(self.headers['Content-Length'])).decode()
      |        print(self.path, body, flush=True)
      |        self.send_response(200)
      |        self.end_headers()
      |        self.wfile.write(b'ok')
      |    def log_message(self, *ignored): pass
      |http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), Asked).serve_forever()
      |""".stripMargin

  /** Says one thing when it is connected, and prints what it hears. */
  private val page =
    """const socket = new (require('ws'))(process.argv[1]);
      |socket.on('open', () => socket.send(JSON.stringify({type: 'message', address: '/from/websocket', args: [0.25]})));
      |socket.on('message', text => console.log(String(text)));
      |""".stripMargin

  Feature("One show speaks every protocol") {
    Scenario("a fader comes in as OSC and goes out as everything else, and back from each, across machines") {
      needs("ncat", "socat", "mosquitto", "mosquitto_pub", "mosquitto_sub", "curl", "python3", "node")
      Given("a show of three machines with an endpoint of each protocol, and the devices that it speaks with")
      val heard = oscdump()
      val desk = Ports.free()
      val ports = Seq("tcp-out", "tcp-in", "udp-out", "udp-in", "ws", "http-out", "http-in", "mqtt").map(_ -> Ports.free()).toMap
      val plug = scene.file("plug")
      val cable = scene.file("cable")
      val tcp = scene.start("tcp device", Seq("ncat", "--listen", "--keep-open", "--recv-only", "127.0.0.1", s"${ports("tcp-out")}"))
      val udp = scene.start("udp device", Seq("socat", "-u", s"UDP-RECV:${ports("udp-out")},bind=127.0.0.1", "-"))
      val http = scene.start("http device", Seq("python3", "-c", server, s"${ports("http-out")}"))
      scene.start("serial cable", Seq("socat", s"pty,raw,echo=0,link=$plug", s"pty,raw,echo=0,link=$cable"))
      eventually(Files.exists(plug) && Files.exists(cable) shouldBe true)
      val serial = scene.start("serial device", Seq("cat", cable.toString))
      scene.start("mqtt broker", Seq("mosquitto", "-p", s"${ports("mqtt")}"))
      eventually(Ports.isOpenTcp(ports("mqtt")) shouldBe true)
      val mqtt = scene.start("mqtt client", Seq("mosquitto_sub", "-p", s"${ports("mqtt")}", "-t", "#", "-v"))
      val show = new Rehearsal(
        scene,
        Seq(foh, left, right),
        s"""endpoints:
           |  desk-in:   {protocol: osc, listen: $desk, on: foh}
           |  to-desk:   {protocol: osc, send: "127.0.0.1:${heard.port}", on: foh}
           |  tcp-out:   {protocol: tcp, connect: "127.0.0.1:${ports("tcp-out")}", on: stage-left}
           |  tcp-in:    {protocol: tcp, listen: ${ports("tcp-in")}, on: stage-right}
           |  udp:       {protocol: udp, listen: ${ports("udp-in")}, send: "127.0.0.1:${ports("udp-out")}", on: stage-right}
           |  page:      {protocol: websocket, listen: ${ports("ws")}, on: stage-left}
           |  http-out:  {protocol: http, request: "http://127.0.0.1:${ports("http-out")}", on: stage-right}
           |  http-in:   {protocol: http, listen: ${ports("http-in")}, on: stage-left}
           |  dimmers:   {protocol: serial, device: "$plug", baud: 115200, on: stage-left}
           |  iot:       {protocol: mqtt, broker: "tcp://127.0.0.1:${ports("mqtt")}", subscribe: ["show/#"], prefix: show, qos: 1, on: stage-right}
           |routes:
           |  out:   {from: desk-in, match: "/1/fader1", to: [tcp-out, udp, page, http-out, dimmers, iot]}
           |  back:  {from: "*", match: "/from/*", to: to-desk}
           |  reply: {from: http-out, match: "/1/fader1", to: to-desk, address: /reply}
           |"""
      )
      show.startAll()
      oneCluster(show)
      for (name <- Seq("tcp-out", "http-out", "dimmers", "iot")) {
        val on = if (Set("tcp-out", "dimmers")(name)) left else right
        eventually(withClue(name)(endpoint(foh.status, name, on).path("state").asText shouldBe "connected"))
      }
      val url = s"ws://${left.host}:${ports("ws")}/"
      val browser = scene.start("page", Seq("node", "-e", page, url), Map("NODE_PATH" -> "/usr/share/nodejs"))
      eventually(browser.output should include("\"type\":\"welcome\""))

      When("the desk moves a fader")
      oscsend(foh.host, desk, "/1/fader1", "f", "0.75")

      Then("every device hears it in its own words, with the value as it was")
      eventually(tcp.lines should contain("/1/fader1 0.75"))
      eventually(udp.output shouldBe "/1/fader1 0.75")
      eventually(serial.lines should contain("/1/fader1 0.75"))
      eventually(http.lines should contain("/1/fader1 [0.75]"))
      eventually(mqtt.lines should contain("show/1/fader1 0.75"))
      eventually(browser.output should include("\"address\":\"/1/fader1\",\"args\":[0.75],\"source\":\"desk-in\""))

      And("the desk hears what the HTTP device answered")
      eventually(heard.messages should contain("/reply is 200 \"ok\""))

      When("every device says something")
      val text = "printf '/from/%s 0.25\\n' $0"
      bash(s"$text | ncat --send-only $$1 $$2", "tcp", right.host, s"${ports("tcp-in")}")
      bash(s"$text | ncat --udp --send-only $$1 $$2", "udp", right.host, s"${ports("udp-in")}")
      bash(s"$text > $$1", "serial", cable.toString)
      val message = """{"address":"/from/http","args":[0.25]}"""
      succeeds(Seq("curl", "-sSf", "-d", message, s"http://${left.host}:${ports("http-in")}/send"))
      succeeds(Seq("mosquitto_pub", "-p", s"${ports("mqtt")}", "-t", "show/from/mqtt", "-m", "0.25"))

      Then("the desk hears each of them")
      for (protocol <- Seq("tcp", "udp", "websocket", "serial", "http", "mqtt"))
        eventually(heard.messages should contain(s"/from/$protocol f 0.250000"))

      And("nothing was lost on the way")
      val counted = foh.status.path("messages")
      counted.path("dropped").asInt shouldBe 0
    }
  }

  private def bash(script: String, arguments: String*): Unit = succeeds(Seq("bash", "-c", script) ++ arguments)

  private def succeeds(command: Seq[String]): Unit = {
    val said = run(command)
    withClue(said)(said.exit shouldBe 0)
    ()
  }
}
