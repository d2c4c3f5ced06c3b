package io.cuewire.deploy

import com.fasterxml.jackson.databind.JsonNode
import io.cuewire.deploy.Rehearsal.endpoint
import java.net.http.{HttpClient, HttpRequest, HttpResponse}
import java.net.{DatagramPacket, DatagramSocket, InetAddress, URI}
import scala.jdk.CollectionConverters._

/** The stop always arrives, and stays until it is cleared. */
class EmergencySpec extends OnStage {
  private val http = HttpClient.newHttpClient()

  private def emergency(machine: Machine): JsonNode = machine.status.path("emergency")

  private def latched(machine: Machine): Boolean = emergency(machine).path("latched").asBoolean

  private def call(machine: Machine, method: String, path: String, body: String = ""): (Int, JsonNode) = {
    val request = HttpRequest.newBuilder(URI.create(machine.url + path)).method(method, HttpRequest.BodyPublishers.ofString(body)).build()
    val answer = http.send(request, HttpResponse.BodyHandlers.ofString())
    (answer.statusCode(), Machine.parse(answer.body()))
  }

  private def confirmations(emergency: JsonNode): Map[String, String] =
    emergency
      .path("confirmations")
      .elements()
      .asScala
      .map(c => s"${c.path("endpoint").asText} on ${c.path("node").asText}" -> c.path("state").asText)
      .toMap

  Feature("An emergency stop outlives everything but its clear") {
    Scenario("the coordinator dies of it, and then everybody else") {
      val (foh, left, right) = Machine.three()
      Given("three machines with a show program on each, and somebody who listens on TCP")
      needs("ncat")
      val dumps = Seq(foh, left, right).map(m => m -> oscdump()).toMap
      val control = Ports.free()
      val desk = Ports.free()
      val show = new Rehearsal(
        scene,
        Seq(foh, left, right),
        s"""endpoints:
           |  td-foh:   {protocol: osc, send: "127.0.0.1:${dumps(foh).port}", on: foh}
           |  td-left:  {protocol: osc, send: "127.0.0.1:${dumps(left).port}", on: stage-left}
           |  td-right: {protocol: osc, send: "127.0.0.1:${dumps(right).port}", on: stage-right}
           |  quiet:    {protocol: osc, send: "127.0.0.1:${dumps(right).port}", on: stage-right, emergency: off}
           |  control:  {protocol: tcp, listen: $control, on: stage-right}
           |  desk:     {protocol: osc, listen: $desk, on: stage-left}
           |routes:
           |  all: {from: desk, to: "osc:*"}
           |parameters: {to: td-left}
           |emergency:
           |  set: [{operator: /project1/audio, parameter: gain, value: 0.0}]
           |"""
      )
      var running = Map(foh -> show.start(foh))
      eventually(foh.status.path("cluster").asText shouldBe "member") // the coordinator is not the desk's machine
      running ++= Seq(left, right).map(m => m -> show.start(m))
      oneCluster(show)
      val client = scene.start("ncat", Seq("ncat", "--recv-only", right.host, control.toString))
      eventually(endpoint(right.status, "control", right).path("peers") should have size 1)
      val coordinator = show.machines.find(_.name == foh.status.path("coordinator").asText).get
      val rest = show.machines.filterNot(_ == coordinator)

      When("a desk sends it, and the coordinator's process dies in the same moment")
      oscsend(left.host, desk, "/emergency_stop")
      running(coordinator).crash()

      Then("everybody else has sent it")
      for (m <- rest) eventually(dumps(m).messages.count(_.startsWith("/emergency_stop i 1")) should be >= 3)
      if (rest.contains(right)) eventually(client.output should include("CMD:EMERGENCY_STOP\n"))
      eventually(dumps(left).messages should contain("/project1/audio/gain f 0.000000"))

      And("each of them knows it, by whom, and who has confirmed")
      for (m <- rest) eventually {
        latched(m) shouldBe true
        emergency(m).path("by").asText should startWith("desk 127.0.0.")
        confirmations(emergency(m)).filter(_._1.endsWith(s"on ${m.name}")).values.toSet shouldBe Set("confirmed")
        confirmations(emergency(m)).keys should not contain "quiet on stage-right"
      }

      And("nothing else goes out, and changes are refused with 409")
      oscsend(left.host, desk, "/fader", "f", "0.5")
      val (code, why) = call(rest.head, "PUT", "/api/parameters", """{"operator":"/project1/audio","parameter":"gain","value":1.0}""")
      (code, why.path("error").asText.takeWhile(_ != ':')) shouldBe ((409, "emergency stop"))
      val (refusal, blocked) = call(rest.head, "POST", "/api/send", """{"endpoint":"td-left","address":"/fader","args":[1]}""")
      (refusal, blocked.path("error").asText) shouldBe ((409, "td-left on stage-left is blocked by the emergency stop"))
      eventually(emergency(left).path("refused").asLong should be >= 3L)
      dumps.values.flatMap(_.messages).filter(_.startsWith("/fader")) shouldBe empty

      When("the dead one comes back")
      running += coordinator -> show.start(coordinator)

      Then("it is stopped too, and says so to its program")
      eventually(latched(coordinator) shouldBe true)
      eventually(dumps(coordinator).messages.count(_.startsWith("/emergency_stop i 1")) should be >= 3)

      When("all processes die, and start again")
      eventually(oneCluster(show))
      running.values.foreach(_.crash())
      running = show.startAll()

      Then("all are stopped as before")
      for (m <- show.machines) eventually(latched(m) shouldBe true)

      When("it is cleared, at one of them")
      oneCluster(show)
      val (ok, answer) = call(right, "DELETE", "/api/emergency-stop")
      (ok, answer.path("latched").asBoolean) shouldBe ((200, false))

      Then("it is over everywhere, and messages go out again")
      for (m <- show.machines) eventually(latched(m) shouldBe false)
      oscsend(left.host, desk, "/fader", "f", "0.75")
      for (m <- show.machines) eventually(dumps(m).messages should contain("/fader f 0.750000"))

      And("a start from nothing knows that too")
      running.values.foreach(_.crash())
      show.startAll()
      oneCluster(show)
      for (m <- show.machines) latched(m) shouldBe false
    }
  }

  Feature("A dead-man's switch") {
    Scenario("the beats end, and then the machine that hears them") {
      val (foh, left, right) = Machine.three()
      Given("three machines, and a program that lives")
      val beats = Ports.free()
      val show = new Rehearsal(
        scene,
        Seq(foh, left, right),
        s"""endpoints:
           |  sensors: {protocol: osc, listen: $beats, on: [foh, stage-left]}
           |emergency:
           |  heartbeat: {from: sensors, match: /alive, within: 3000ms}
           |"""
      )
      val hearing = show.start(foh)
      eventually(endpoint(foh.status, "sensors", foh).path("state").asText shouldBe "listening")
      Seq(left, right).foreach(m => show.start(m))
      oneCluster(show)
      val heart = new Heart(Seq(foh.host, left.host), beats)
      eventually(endpoint(right.status, "sensors", foh).path("in").asInt should be > 20)
      latched(right) shouldBe false

      When("the machine that hears it dies, and another takes over in time")
      hearing.crash()
      eventually(endpoint(right.status, "sensors", left).path("in").asInt should be > 20)

      Then("nothing is stopped")
      latched(right) shouldBe false

      When("the program dies")
      heart.stop()

      Then("the show stops")
      for (m <- Seq(left, right)) eventually {
        emergency(m).path("by").asText shouldBe "heartbeat"
        emergency(m).path("reason").asText should include("sensors")
      }
    }
  }

  /** Sends `/alive` twenty times a second to each of these machines: one of them listens. */
  private class Heart(hosts: Seq[String], port: Int) {
    @volatile private var beating = true
    private val socket = new DatagramSocket()
    private val thread = Thread.ofVirtual().start { () =>
      val beat = "/alive\u0000\u0000,\u0000\u0000\u0000".getBytes
      while (beating) {
        hosts.foreach(h => socket.send(new DatagramPacket(beat, beat.length, InetAddress.getByName(h), port)))
        java.util.concurrent.locks.LockSupport.parkNanos(50000000)
      }
    }
    scene.afterwards(stop())

    def stop(): Unit = {
      beating = false
      thread.join()
      socket.close()
    }
  }
}
