package io.cuewire.deploy

import io.cuewire.deploy.Rehearsal.{endpoint, state}
import scala.jdk.CollectionConverters._

class SplitNetworkSpec extends OnStage {

  /** Two rooms, each with a network of its own, and one cable between them that nobody has plugged in yet. */
  private class Rooms {
    needs("ip", "curl", "oscsend", "oscdump")
    private val id = s"cw${ProcessHandle.current().pid()}-${Ports.free()}"
    val foyer: String = s"$id-foyer"
    val stage: String = s"$id-stage"

    for (room <- Seq(foyer, stage)) {
      val added = run(Seq("ip", "netns", "add", room))
      if (added.exit != 0) skip(s"network namespaces need root: ${added.err.trim}")
      scene.afterwards(ip("netns", "del", room))
    }
    ip("-n", foyer, "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", stage)
    for (room <- Seq(foyer, stage)) {
      ip("-n", room, "link", "set", "lo", "up")
      ip("-n", room, "link", "add", "switch", "type", "bridge")
      ip("-n", room, "link", "set", "cable", "master", "switch")
      ip("-n", room, "link", "set", "switch", "up")
    }

    def machine(name: String, room: String, number: Int): Machine = {
      ip("-n", room, "address", "add", s"10.77.0.$number/24", "dev", "switch")
      Machine(name, s"10.77.0.$number", 7411, 7421, Some(room))
    }

    def plug(): Unit = Seq(foyer, stage).foreach(room => ip("-n", room, "link", "set", "cable", "up"))

    def pull(): Unit = ip("-n", foyer, "link", "set", "cable", "down")

    private def ip(words: String*): Unit = {
      val process = new ProcessBuilder(("ip" +: words).asJava).redirectErrorStream(true).start()
      val said = new String(process.getInputStream.readAllBytes(), "UTF-8")
      if (process.waitFor() != 0) throw new AssertionError(s"ip ${words.mkString(" ")}: $said")
    }
  }

  Feature("A show finds together again after its network was in pieces") {
    Scenario("two pairs are switched on while the cable between their rooms is not plugged in") {
      Given("a show of four machines, two in the foyer and two on stage, without a network between")
      val rooms = new Rooms
      val pairs = Seq(
        Seq(rooms.machine("foh", rooms.foyer, 1), rooms.machine("lobby", rooms.foyer, 2)),
        Seq(rooms.machine("stage-left", rooms.stage, 3), rooms.machine("stage-right", rooms.stage, 4))
      )
      val show = new Rehearsal(
        scene,
        pairs.flatten,
        s"""endpoints:
           |  desk:  {protocol: osc, listen: 9000, on: all}
           |  movable: {protocol: osc, listen: 9100, on: [foh, lobby, stage-left, stage-right]}
           |"""
      )

      When("all are switched on")
      show.startAll()

      Then("each pair is a cluster of its own")
      for (pair <- pairs; m <- pair) eventually {
        val status = m.status
        pair.foreach(other => state(status, other) shouldBe "up")
        show.machines.diff(pair).foreach(other => state(status, other) should not be "up")
        pair.map(_.name) should contain(status.path("coordinator").asText)
        endpoint(status, "desk", m).path("state").asText shouldBe "listening"
      }

      And("neither claims what only one side may have, as neither is more than half of the show")
      for (m <- show.machines) {
        m.status.path("cluster").asText shouldBe "isolated"
        endpoint(m.status, "movable", m).path("state").asText shouldBe "standby"
      }

      When("the cable is plugged in")
      rooms.plug()

      Then("the four become one cluster")
      oneCluster(show)

      And("the movable endpoint runs once")
      for (m <- show.machines) eventually {
        val status = m.status
        show.machines.count(on => endpoint(status, "movable", on).path("state").asText == "listening") shouldBe 1
      }
    }

    Scenario("the cable to one machine is pulled and plugged in again") {
      Given("a show of three machines, one of them alone on stage")
      val rooms = new Rooms
      rooms.plug()
      val foh = rooms.machine("foh", rooms.foyer, 1)
      val lobby = rooms.machine("lobby", rooms.foyer, 2)
      val stage = rooms.machine("stage", rooms.stage, 3)
      val show = new Rehearsal(
        scene,
        Seq(foh, lobby, stage),
        s"""endpoints:
           |  desk:     {protocol: osc, listen: 9000, on: stage}
           |  program:  {protocol: osc, send: "10.77.0.3:9101", on: stage}
           |  movable:  {protocol: osc, listen: 9100, on: [stage, foh]}
           |routes:
           |  all: {from: desk, to: program}
           |security: {operator: ${Machine.token}}
           |"""
      )
      show.start(stage)
      eventually(endpoint(stage.status, "movable", stage).path("state").asText shouldBe "listening")
      Seq(foh, lobby).foreach(m => show.start(m))
      oneCluster(show)
      val heard = scene.start("oscdump on stage", stage.here(Seq("oscdump", "-L", "9101")))
      def carries(message: String) = {
        run(stage.here(Seq("oscsend", stage.host, "9000", message))).exit shouldBe 0
        eventually(heard.output should include(message))
      }
      eventually { // oscdump listens
        run(stage.here(Seq("oscsend", stage.host, "9000", "/first"))).exit shouldBe 0
        heard.output should include("/first")
      }
      carries("/second") // and each of the first is counted
      val desk = endpoint(stage.status, "desk", stage)

      When("the cable is pulled")
      rooms.pull()

      Then("the two in the foyer carry on and take over what can be moved")
      for (m <- Seq(foh, lobby)) eventually {
        val status = m.status
        status.path("cluster").asText shouldBe "member"
        state(status, stage) should (be("down").or(be("unreachable")))
        endpoint(status, "movable", foh).path("state").asText shouldBe "listening"
      }

      And("the one on stage says that it is isolated, and no longer runs that")
      eventually {
        val status = stage.status
        status.path("cluster").asText shouldBe "isolated"
        endpoint(status, "movable", stage).path("state").asText should (be("standby").or(be("stopped")))
      }

      And("goes on carrying what is its own")
      carries("/cut/off")

      And("changes of the routing table are made in the foyer, and refused on stage")
      run(foh.here(Seq(Cuewire.program, "route", "add", "more", "--from", "movable", "--to", "program", "--at", foh.url, "--token", Machine.token))).exit shouldBe 0
      val said = run(stage.here(Seq(Cuewire.program, "route", "remove", "all", "--at", stage.url, "--token", Machine.token)))
      refused(said, 1) should include("isolated")

      When("the stage is stopped, and the foyer clears a stop of its own, which is another one")
      def estop(m: Machine, more: String*) =
        run(m.here(Seq(Cuewire.program, "estop") ++ more ++ Seq("--at", m.url, "--token", Machine.token)))
      def latched(m: Machine) = m.status.path("emergency").path("latched").asBoolean
      estop(stage, "--reason", "smoke").exit shouldBe 0
      eventually(heard.output should include("/emergency_stop"))
      Seq(foh, lobby).foreach(latched(_) shouldBe false)
      estop(lobby)
      eventually(latched(foh) shouldBe true)
      estop(foh, "clear").exit shouldBe 0
      eventually(latched(lobby) shouldBe false)
      latched(stage) shouldBe true

      When("the cable is plugged in again")
      rooms.plug()

      Then("the stop of the stage is in force everywhere")
      for (m <- show.machines) eventually {
        latched(m) shouldBe true
        m.status.path("emergency").path("reason").asText shouldBe "smoke"
      }

      And("the three are one cluster, with the routing table of the foyer")
      oneCluster(show)
      estop(foh, "clear").exit shouldBe 0
      for (m <- show.machines) eventually(latched(m) shouldBe false)
      for (m <- show.machines) eventually(m.get("/api/routes").asScala.map(_.path("name").asText).toSeq shouldBe Seq("all", "more"))

      And("the listener on stage has not noticed, and what was moved stays where it is")
      carries("/back")
      val now = endpoint(stage.status, "desk", stage)
      now.path("since") shouldBe desk.path("since")
      now.path("in").asInt shouldBe desk.path("in").asInt + 2
      for (m <- show.machines) eventually {
        endpoint(m.status, "movable", foh).path("state").asText shouldBe "listening"
        endpoint(m.status, "movable", stage).path("state").asText shouldBe "standby"
      }
    }
  }

  Feature("A connection is not called connected when the other side is gone without a word") {
    Scenario("the cable to a media server is pulled while messages go there") {
      needs("ncat")
      Given("a machine with a connection to a server in the other room, and a client from there")
      val rooms = new Rooms
      rooms.plug()
      val foh = rooms.machine("foh", rooms.foyer, 1)
      val media = rooms.machine("media", rooms.stage, 9)
      val show = new Rehearsal(
        scene,
        Seq(foh),
        s"""endpoints:
           |  ticks:   {protocol: udp, listen: 8000, on: foh}
           |  media:   {protocol: tcp, connect: "10.77.0.9:8090", on: foh, reconnect: {max: 500ms}}
           |  control: {protocol: tcp, listen: 8080, on: foh}
           |routes:
           |  all: {from: ticks, to: [media, control]}
           |security: {operator: ${Machine.token}}
           |"""
      )
      val server = scene.start("media server", media.here(Seq("ncat", "--listen", "--keep-open", "--recv-only", "8090")))
      show.start(foh)
      eventually(endpoint(foh.status, "media", foh).path("state").asText shouldBe "connected")
      val client = scene.start("client", media.here(Seq("ncat", "--recv-only", foh.host, "8080")))
      eventually(endpoint(foh.status, "control", foh).path("peers") should have size 1)
      val tick = "n=0; while sleep 0.05; do n=$((n+1)); printf \"/tick $n\" > /dev/udp/10.77.0.1/8000; done"
      scene.start("ticks", foh.here(Seq("bash", "-c", tick)))
      eventually(server.output should include("/tick"))
      eventually(client.output should include("/tick"))

      When("the cable is pulled")
      rooms.pull()

      Then("within seconds neither the server nor the client is shown as connected")
      eventually {
        val now = foh.status
        val gone = endpoint(now, "media", foh)
        gone.path("state").asText shouldBe "backing-off"
        gone.path("reason").asText should (be("timeout").or(be("unreachable")))
        endpoint(now, "control", foh).path("peers") should have size 0
      }

      When("the cable is plugged in again")
      val before = server.lines.size
      rooms.plug()

      Then("the messages go on by themselves")
      eventually(server.lines.size should be > before + 20)
      endpoint(foh.status, "media", foh).path("state").asText shouldBe "connected"
    }
  }
}
