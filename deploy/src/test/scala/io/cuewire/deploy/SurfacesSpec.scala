package io.cuewire.deploy

import scala.jdk.CollectionConverters._

/** Tablets with TouchOSC on different nodes: what one moves the others show, and nothing goes round. */
class SurfacesSpec extends OnStage {
  private val (foh, left, right) = Machine.three()
  private val ports = Seq("a", "b", "echo", "echo-out", "program").map(_ -> Ports.free()).toMap
  private lazy val tabletA = oscdump(house)
  private lazy val tabletB = oscdump(house)
  private lazy val td = oscdump(house)
  private lazy val late = oscdump(house)

  /** A surface that sends back whatever it is shown, and prints each. */
  private val echo =
    """import socket, sys
      |shown = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
      |shown.bind(('127.0.0.1', int(sys.argv[1])))
      |while True:
      |    packet = shown.recv(65536)
      |    print(packet.split(b'\0')[0].decode(), flush=True)
      |    shown.sendto(packet, (sys.argv[2], int(sys.argv[3])))
      |""".stripMargin

  private lazy val echoing = house.start("echoing surface", Seq("python3", "-c", echo, s"${ports("echo-out")}", left.host, s"${ports("echo")}"))

  private def surface(name: String) =
    s"""  $name:
       |    in: $name-in
       |    out: $name-out
       |    controls:
       |      fader_1: {feedback: /1/fader1, targets: [{operator: /project1/geo1, parameter: sx, input: [0, 1], output: [1, 3]}]}
       |      push_1:  {action: scene, scene: high}
       |      push_2:  {action: toggle, feedback: /1/push2, targets: [{operator: /project1/geo1, parameter: display}]}
       |      xy_1:    {feedback: /1/xy1, targets: [
       |        {operator: /project1/cam1, parameter: tx, axis: x, input: [0, 1], output: [-10, 10]},
       |        {operator: /project1/cam1, parameter: tz, axis: y, input: [0, 1], output: [-10, 10]}]}""".stripMargin

  private lazy val show = {
    needs("oscsend", "python3", "ncat")
    echoing
    val show = new Rehearsal(
      house,
      Seq(foh, left, right),
      s"""endpoints:
         |  a-in:     {protocol: osc, listen: ${ports("a")}, on: foh}
         |  a-out:    {protocol: osc, send: "127.0.0.1:${tabletA.port}", on: foh}
         |  b-in:     {protocol: osc, listen: ${ports("b")}, on: stage-left}
         |  b-out:    {protocol: osc, send: "127.0.0.1:${tabletB.port}", on: stage-left}
         |  echo-in:  {protocol: osc, listen: ${ports("echo")}, on: stage-left}
         |  echo-out: {protocol: osc, send: "127.0.0.1:${ports("echo-out")}", on: stage-left}
         |  td:       {protocol: osc, send: "127.0.0.1:${td.port}", on: foh}
         |  program:  {protocol: tcp, connect: "127.0.0.1:${ports("program")}", on: stage-left, reconnect: {min: 100ms, max: 100ms}}
         |  td-right: {protocol: osc, send: "127.0.0.1:${late.port}", on: stage-right}
         |parameters: {to: [td, program, td-right]}
         |surfaces:
         |${surface("a")}
         |${surface("b")}
         |${surface("echo")}
         |scenes:
         |  high:
         |    - set: {operator: /project1/geo1, parameter: sx, value: 3.0, fade: 300ms}
         |    - send: {to: a-out, address: /1/fader1/color, args: [red]}
         |"""
    )
    Seq(foh, left).foreach(show.start(_))
    eventually(show.areTogether(Seq(foh, left)) shouldBe true)
    show
  }

  private def listening(): Running = {
    val command = Seq("ncat", "--listen", "--keep-open", "127.0.0.1", s"${ports("program")}")
    val (running, _) = scene.startTyped("program", command, Map.empty) // what it reads stays open, or it would hang up
    eventually(Rehearsal.endpoint(left.status, "program", left).path("state").asText shouldBe "connected")
    running
  }

  private def moveA(message: String*): Unit = oscsend(foh.host, ports("a"), message: _*)
  private def moveB(message: String*): Unit = oscsend(left.host, ports("b"), message: _*)

  /** All that surfaces and programs have been sent, once nothing more comes. */
  private def quiet(): Int = {
    def now = Seq(tabletA, tabletB, td).map(_.messages.size).sum + echoing.lines.size
    var before = -1
    var since = System.nanoTime
    eventually {
      if (now != before) {
        before = now
        since = System.nanoTime
      }
      (System.nanoTime - since) / 1000000 should be > 1000L
    }
    before
  }

  private def value(machine: Machine, parameter: String) =
    machine.get("/api/parameters").asScala.find(_.path("parameter").asText == parameter).fold(Double.NaN)(_.path("value").asDouble)

  Feature("Surfaces on different nodes follow each other") {
    Scenario("one moves a fader, the others follow, and it is told nothing itself") {
      show.machines should have size 3
      When("tablet A moves its fader")
      moveA("/1/fader1", "f", "0.25")

      Then("the program gets the value, tablet B the position, on any node")
      eventually(td.messages should contain("/project1/geo1/sx f 1.500000"))
      eventually(tabletB.messages.last shouldBe "/1/fader1 f 0.250000")
      eventually(Seq(foh, left).foreach(value(_, "sx") shouldBe 1.5))
      quiet()
      tabletA.messages.filter(_.startsWith("/1/fader1 ")) shouldBe empty

      When("tablet B moves its fader, on another page")
      moveB("/7/fader1", "f", "0.75")

      Then("tablet A follows")
      eventually(tabletA.messages.last shouldBe "/1/fader1 f 0.750000")
      eventually(td.messages should contain("/project1/geo1/sx f 2.500000"))
      quiet()
      tabletB.messages.count(_.startsWith("/1/fader1 ")) shouldBe 1
    }

    Scenario("each change is sent once to whoever shows it, also where a surface sends back what it is shown") {
      show.machines should have size 3
      moveA("/1/fader1", "f", "0.5")
      eventually(tabletB.messages.last shouldBe "/1/fader1 f 0.500000")
      val before = quiet()

      When("a fader and a pad are moved")
      moveA("/1/fader1", "f", "0.6")
      eventually(tabletB.messages.last shouldBe "/1/fader1 f 0.600000")
      moveB("/1/xy1", "ff", "0.75", "0.25")
      eventually(tabletA.messages.last shouldBe "/1/xy1 ff 0.750000 0.250000")

      Then("three are told of the fader: the program, B and the echoing one; of each of the pad's two axes three as well")
      quiet() - before shouldBe 3 + 2 * 3
      Seq(foh, left).foreach(value(_, "tx") shouldBe 5.0)
      Seq(foh, left).foreach(value(_, "tz") shouldBe -5.0)
    }

    Scenario("a toggle switches what another surface has switched") {
      show.machines should have size 3
      moveA("/1/push2", "f", "1")
      moveA("/1/push2", "f", "0")
      eventually(tabletB.messages.last shouldBe "/1/push2 f 1.000000")
      quiet() // a press that comes as fast as an echo would be taken for one
      moveB("/1/push2", "f", "1")
      eventually(tabletA.messages.last shouldBe "/1/push2 f 0.000000")
      quiet()
      td.messages.filter(_.startsWith("/project1/geo1/display")) shouldBe Seq("/project1/geo1/display i 1", "/project1/geo1/display i 0")
      Seq(foh, left).foreach(value(_, "display") shouldBe 0.0)
    }

    Scenario("a tablet that comes late is shown how everything is") {
      show.machines should have size 3
      moveA("/1/fader1", "f", "0.75")
      eventually(tabletB.messages.last shouldBe "/1/fader1 f 0.750000")
      quiet()
      val before = tabletB.messages.size
      moveB("/ping")
      eventually(tabletB.messages.drop(before) should contain("/1/fader1 f 0.750000"))
      quiet()
      val shown = tabletB.messages.drop(before).map(_.takeWhile(_ != ' '))
      shown.distinct shouldBe shown
      shown should contain("/1/fader1")
      shown.foreach(Set("/1/fader1", "/1/push2", "/1/xy1") should contain(_))
    }

    Scenario("a button of a surface starts a scene, which moves the faders of all") {
      show.machines should have size 3
      moveA("/1/fader1", "f", "0.125")
      eventually(tabletB.messages.last shouldBe "/1/fader1 f 0.125000")
      val before = left.status.path("scene").path("sequence").asInt
      moveB("/1/push1", "f", "1")
      moveB("/1/push1", "f", "0")
      eventually(Seq(foh, left).foreach(_.status.path("scene").path("sequence").asInt shouldBe before + 1))
      for (tablet <- Seq(tabletA, tabletB)) eventually(tablet.messages.filter(_.startsWith("/1/fader1 ")).last shouldBe "/1/fader1 f 1.000000")
      eventually(td.messages.last shouldBe "/project1/geo1/sx f 3.000000")
      quiet()
      tabletA.messages.count(_ == "/1/fader1/color s \"red\"") shouldBe 1
      Seq(foh, left).foreach(value(_, "sx") shouldBe 3.0)
      left.status.path("scene").path("sequence").asInt shouldBe before + 1
    }
  }

  Feature("Whoever comes late gets the values as they are") {
    Scenario("an output that connects again") {
      show.machines should have size 3
      moveA("/1/fader1", "f", "0.25")
      eventually(value(left, "sx") shouldBe 1.5)
      val first = listening()
      eventually(first.lines should contain("/project1/geo1/sx 1.5"))
      first.terminate()
      eventually(Rehearsal.endpoint(left.status, "program", left).path("state").asText should not be "connected")
      moveA("/1/fader1", "f", "0.75")
      eventually(value(left, "sx") shouldBe 2.5)
      val again = listening()
      eventually(again.lines should contain("/project1/geo1/sx 2.5"))
      again.lines.count(_.startsWith("/project1/geo1/sx")) shouldBe 1
    }

    Scenario("a node") {
      show.machines should have size 3
      moveA("/1/fader1", "f", "0.5")
      eventually(value(left, "sx") shouldBe 2.0)
      show.start(right)
      eventually(late.messages.filter(_.startsWith("/project1/geo1/sx")).lastOption shouldBe Some("/project1/geo1/sx f 2.000000"))
      eventually(value(right, "sx") shouldBe 2.0)
      moveB("/1/fader1", "f", "1.0")
      eventually(late.messages.last shouldBe "/project1/geo1/sx f 3.000000")
    }
  }
}
