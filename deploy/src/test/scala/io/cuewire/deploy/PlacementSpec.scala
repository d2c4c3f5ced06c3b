package io.cuewire.deploy

import com.fasterxml.jackson.databind.JsonNode
import io.cuewire.deploy.Rehearsal.{endpoint, state}
import java.net.http.{HttpClient, HttpRequest, HttpResponse}
import java.net.{DatagramPacket, DatagramSocket, InetAddress, InetSocketAddress, SocketException, URI}
import java.nio.ByteBuffer
import java.nio.file.Files
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.locks.LockSupport
import scala.jdk.CollectionConverters._

/** Endpoints that several machines could run: one does, another takes over, and an operator moves them. */
class PlacementSpec extends OnStage {

  /** A show whose program listens to what its list of machines sends; the last machine is where messages come in. */
  private class Night(val machines: Seq[Machine], more: String = "") {
    val first: Machine = machines.head
    val second: Machine = machines(1)
    val last: Machine = machines.last
    val program = new Program
    val desk: Int = Ports.free()
    val tablet: Int = Ports.free()
    val show = new Rehearsal(
      scene,
      machines,
      s"""endpoints:
         |  desk:    {protocol: osc, listen: $desk, on: ${last.name}}
         |  tablet:  {protocol: osc, transport: tcp, listen: $tablet, on: [${first.name}, ${second.name}]}
         |  program: {protocol: osc, send: "127.0.0.1:${program.port}", on: [${first.name}, ${second.name}]}
         |  own:     {protocol: osc, listen: ${Ports.free()}, on: ${first.name}}
         |$more
         |routes:
         |  all: {from: desk, to: program}
         |"""
    )
    val running: Map[Machine, Running] = {
      val one = show.start(first)
      eventually(endpoint(first.status, "tablet", first).path("state").asText shouldBe "listening")
      machines.tail.map(m => m -> show.start(m)).toMap + (first -> one)
    }
    oneCluster(show)
    runsOn(first)

    def runsOn(there: Machine, asked: Seq[Machine] = machines): Unit = for (m <- asked) eventually {
      val status = m.status
      for (on <- Seq(first, second); name <- Seq("tablet", "program"))
        withClue(s"$name on $on as $m sees it: ") {
          val expected = if (on != there) Seq("standby", "stopped") else Seq("listening", "connected")
          expected should contain(endpoint(status, name, on).path("state").asText)
        }
    }

    def faders(): Faders = new Faders(last.host, desk)
  }

  /** A show program that remembers from which socket each message came, and when. */
  private class Program {
    private val socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))
    private val all = new ConcurrentLinkedQueue[Heard]
    scene.afterwards(socket.close())
    socket.setReceiveBufferSize(1 << 20) // what comes while this JVM pauses is not lost
    val port: Int = socket.getLocalPort

    Thread.ofVirtual().start { () =>
      val packet = new DatagramPacket(new Array[Byte](2048), 2048)
      try while (true) {
        socket.receive(packet)
        val bytes = ByteBuffer.wrap(packet.getData, 0, packet.getLength)
        all.add(Heard(bytes.getInt(8), packet.getPort, System.nanoTime()))
      } catch { case _: SocketException => }
    }

    def heard: Seq[Heard] = all.asScala.toSeq

    def sources: Seq[Int] = heard.map(_.source).distinct
  }

  private case class Heard(number: Int, source: Int, at: Long)

  /** Moves a fader 500 times a second: `/n i`, each with the next number. */
  private class Faders(host: String, port: Int) {
    private val socket = new DatagramSocket()
    @volatile private var moving = true
    @volatile var sent = 0
    private val thread = Thread.ofPlatform().start { () =>
      val to = InetAddress.getByName(host)
      while (moving) {
        val osc = ByteBuffer.allocate(12).put("/n\u0000\u0000,i\u0000\u0000".getBytes).putInt(sent).array()
        socket.send(new DatagramPacket(osc, osc.length, to, port))
        sent += 1
        LockSupport.parkNanos(2000000)
      }
    }
    scene.afterwards(stop())

    def stop(): Int = {
      moving = false
      thread.join()
      socket.close()
      sent
    }
  }

  private def post(asked: Machine, path: String, body: String = ""): (Int, JsonNode) = {
    val request = HttpRequest.newBuilder(URI.create(asked.url + path)).POST(HttpRequest.BodyPublishers.ofString(body)).build()
    val answer = PlacementSpec.client.send(request, HttpResponse.BodyHandlers.ofString())
    (answer.statusCode(), Machine.parse(answer.body()))
  }

  private def move(asked: Machine, name: String, to: String) = post(asked, s"/api/endpoints/$name/move", s"""{"node":"$to"}""")

  private def ms(nanos: Long) = s"${nanos / 1000000} ms"

  Feature("No two machines run the same listed endpoint") {
    Scenario("the machine that runs it freezes under traffic, another takes over, and it thaws") {
      val (foh, left, right) = Machine.three()
      Given("three machines, and a fader that moves all the time")
      val night = new Night(Seq(foh, left, right))
      import night._
      val faders = night.faders()
      eventually(program.heard.size should be > 100)
      val before = program.heard.head.source

      When("the machine that runs the sender freezes")
      running(foh).signal("STOP")
      scene.afterwards(running(foh).signal("CONT"))
      val frozen = System.nanoTime()

      Then("the next of the list takes over")
      eventually(program.sources should have size 2)
      val taken = program.heard.find(_.source != before).get.at
      info(s"taken over ${ms(taken - frozen)} after it froze")
      runsOn(left, Seq(left, right))

      When("it thaws")
      val thawing = program.heard.size
      running(foh).signal("CONT")

      Then("it says that it is standing by, and joins again")
      oneCluster(show)
      runsOn(left)

      And("nothing of what it had or got while it was frozen has gone out")
      eventually(program.heard.size should be > thawing + 1000)
      faders.stop()
      program.heard.drop(thawing).count(_.source == before) should be <= 1

      And("no message has gone out twice")
      program.heard.map(_.number).diff(program.heard.map(_.number).distinct) shouldBe empty
    }
  }

  Feature("An operator moves endpoints") {
    Scenario("to another of its machines and back, under traffic") {
      val (foh, left, right) = Machine.three()
      Given("three machines, and a fader that moves all the time")
      val night = new Night(Seq(foh, left, right))
      import night._
      val faders = night.faders()
      eventually(program.heard.size should be > 100)

      When("the sender is moved, asked at a machine that has nothing to do with it")
      val (code, answer) = move(right, "program", "stage-left")

      Then("the answer shows it where it runs now")
      withClue(answer) {
        code shouldBe 200
        (answer.path("name").asText, answer.path("node").asText, answer.path("state").asText) shouldBe (("program", "stage-left", "connected"))
        answer.path("instances").elements().asScala.map(_.path("state").asText).toSeq shouldBe Seq("standby", "connected")
      }

      When("it is moved back, and the listener is moved too")
      move(foh, "program", "foh")._1 shouldBe 200
      move(left, "tablet", "stage-left")._1 shouldBe 200
      eventually(Ports.isFreeTcp(left.host, tablet) shouldBe false)
      Ports.isFreeTcp(foh.host, tablet) shouldBe true

      Then("not one message was lost or went out twice, from three sockets one after the other")
      eventually(program.sources should have size 3)
      val sent = faders.stop()
      eventually(program.heard.map(_.number).sorted shouldBe (0 until sent))
      val times = program.heard.map(_.at)
      info(s"longest silence: ${ms(times.zip(times.tail).map { case (a, b) => b - a }.max)}")

      And("what cannot be moved is refused with the reason")
      for {
        ((name, to), (status, why)) <- Seq(
          ("nothing" -> "foh") -> (404 -> "there is no endpoint 'nothing'"),
          ("program" -> "nothing") -> (404 -> "there is no node 'nothing'"),
          ("program" -> "stage-right") -> (400 -> "program is not listed for stage-right, but for foh, stage-left"),
          ("own" -> "stage-left") -> (400 -> "own is foh's")
        )
      } {
        val (code, answer) = move(left, name, to)
        withClue(answer)(code shouldBe status)
        answer.path("error").asText should startWith(why)
      }

      When("the machine that it could be moved to is gone")
      running(left).crash()
      eventually(state(right.status, left) shouldBe "down")

      Then("that is said, and it stays where it is")
      val (refused, reason) = move(right, "program", "stage-left")
      (refused, reason.path("error").asText) shouldBe ((503, "stage-left is down: program is not moved"))
      runsOn(foh, Seq(foh, right))
    }

    Scenario("a whole machine is drained") {
      val (foh, left, right) = Machine.three()
      Given("three machines, and a fader that moves all the time")
      val night = new Night(Seq(foh, left, right))
      import night._
      val faders = night.faders()
      eventually(program.heard.size should be > 100)

      When("the first is drained, asked at another")
      val (code, answer) = post(right, "/api/nodes/foh/drain")

      Then("the answer shows it leaving")
      withClue(answer) {
        code shouldBe 200
        answer.path("name").asText shouldBe "foh"
        Seq("leaving", "down") should contain(answer.path("state").asText)
      }

      And("its process ends as after SIGTERM")
      withClue(running(foh).tail)(running(foh).exitCode() shouldBe 0)

      And("the others show it down, and what it ran on the next machine")
      for (m <- Seq(left, right)) eventually(state(m.status, foh) shouldBe "down")
      runsOn(left, Seq(left, right))

      And("not one message was lost")
      val sent = faders.stop()
      eventually(program.heard.map(_.number).sorted shouldBe (0 until sent))
      post(right, "/api/nodes/foh/drain")._1 shouldBe 503
      post(right, "/api/nodes/nobody/drain")._1 shouldBe 404
    }
  }

  Feature("An endpoint stays where it is") {
    Scenario("the first machine of a pair is restarted as planned") {
      val foh = Machine("foh", "127.0.0.1")
      val left = Machine("stage-left", "127.0.0.2")
      Given("a pair whose first machine runs what is listed for both")
      val night = new Night(Seq(foh, left))
      import night._

      When("its node is ended by SIGTERM")
      running(foh).terminate()
      running(foh).exitCode() shouldBe 0

      Then("the second has taken over")
      runsOn(left, Seq(left))
      val taken = Seq("tablet", "program").map(endpoint(left.status, _, left).path("since"))

      When("it is started again")
      show.start(foh)
      oneCluster(show)

      Then("everything stays on the second, without an interruption")
      runsOn(left)
      Seq("tablet", "program").map(endpoint(left.status, _, left).path("since")) shouldBe taken
    }
  }

  Feature("Clients of every protocol fail over") {
    Scenario("the machine that runs them loses power") {
      needs("ncat", "socat", "mosquitto", "mosquitto_sub", "node")
      val (foh, left, right) = Machine.three()
      Given("devices, and three machines of which two could speak with each")
      val ports = Seq("tcp", "ws", "mqtt").map(_ -> Ports.free()).toMap
      val tcp = scene.start("tcp device", Seq("ncat", "--listen", "--keep-open", "--recv-only", "127.0.0.1", s"${ports("tcp")}"))
      scene.start("mqtt broker", Seq("mosquitto", "-p", s"${ports("mqtt")}"))
      eventually(Ports.isOpenTcp(ports("mqtt")) shouldBe true)
      val mqtt = scene.start("mqtt client", Seq("mosquitto_sub", "-p", s"${ports("mqtt")}", "-t", "#", "-v"))
      val page = s"new (require('ws').Server)({port: ${ports("ws")}}).on('connection', s => s.on('message', m => console.log(String(m))))"
      val ws = scene.start("websocket device", Seq("node", "-e", page), Map("NODE_PATH" -> "/usr/share/nodejs"))
      val (plug, cable) = (scene.file("plug"), scene.file("cable"))
      scene.start("serial cable", Seq("socat", s"pty,raw,echo=0,link=$plug", s"pty,raw,echo=0,link=$cable"))
      eventually(Files.exists(plug) && Files.exists(cable) shouldBe true)
      val serial = scene.start("serial device", Seq("cat", cable.toString))
      val listed = "on: [foh, stage-left]"
      val names = Seq("media", "page", "iot", "dimmers")
      val night = new Night(
        Seq(foh, left, right),
        s"""  media:   {protocol: tcp, connect: "127.0.0.1:${ports("tcp")}", $listed}
           |  page:    {protocol: websocket, connect: "ws://127.0.0.1:${ports("ws")}/", $listed}
           |  iot:     {protocol: mqtt, broker: "tcp://127.0.0.1:${ports("mqtt")}", prefix: show, qos: 1, client-id: the-show, $listed}
           |  dimmers: {protocol: serial, device: "$plug", baud: 115200, $listed}""".stripMargin
      )
      import night._
      cuewire("route", "add", "devices", "--from", "desk", "--to", names.mkString(","), "--match", "/to/*", "--at", right.url).exit shouldBe 0
      def connected(on: Machine) = for (name <- names) eventually(withClue(s"$name on $on: ") {
        endpoint(right.status, name, on).path("state").asText shouldBe "connected"
      })
      connected(foh)
      names.foreach(name => eventually(endpoint(right.status, name, left).path("state").asText shouldBe "standby"))
      eventually(mqtt.lines should contain("show/cuewire/foh/iot online"))

      When("the machine that has the connections loses power")
      running(foh).crash()

      Then("the next has them, and what is sent arrives")
      connected(left)
      oscsend(right.host, desk, "/to/devices", "i", "5")
      for (device <- Seq(tcp, serial)) eventually(device.lines should contain("/to/devices 5"))
      eventually(ws.output should include("\"address\":\"/to/devices\",\"args\":[5]"))
      eventually(mqtt.lines should contain("show/to/devices 5"))

      And("the broker's topics say who was there and who is")
      eventually(mqtt.lines.filter(_.startsWith("show/cuewire/")) should contain inOrder ("show/cuewire/foh/iot online", "show/cuewire/foh/iot offline"))
      eventually(mqtt.lines should contain("show/cuewire/stage-left/iot online"))

      And("the broker has had one session at a time: nobody was thrown out")
      Seq(foh, left).flatMap(running(_).lines).filter(l => l.contains("WARN") && l.contains("iot")) shouldBe empty
      endpoint(left.status, "iot", left).path("attempts").asInt shouldBe 0
    }
  }
}

private object PlacementSpec {
  private val client = HttpClient.newHttpClient()
}
