package io.cuewire.deploy

import io.cuewire.deploy.Rehearsal.{endpoint, state}
import scala.jdk.CollectionConverters._

/** Who carries on when a machine is out of reach. */
class CarryingOnSpec extends OnStage {

  /** One switch, and a cable to each machine. The switch has an address too, 10.77.0.100. */
  private class Hall {
    needs("ip", "curl")
    private val id = s"cw${ProcessHandle.current().pid()}-${Ports.free()}"
    private val switch = namespace("switch")
    ip("-n", switch, "link", "add", "ports", "type", "bridge")
    ip("-n", switch, "address", "add", "10.77.0.100/24", "dev", "ports")
    ip("-n", switch, "link", "set", "ports", "up")

    private def namespace(of: String) = {
      val name = s"$id-$of"
      val added = run(Seq("ip", "netns", "add", name))
      if (added.exit != 0) skip(s"network namespaces need root: ${added.err.trim}")
      scene.afterwards(ip("netns", "del", name))
      ip("-n", name, "link", "set", "lo", "up")
      name
    }

    def machine(name: String, number: Int, witness: Boolean = false): Machine = {
      val room = namespace(name)
      ip("-n", room, "link", "add", "cable", "type", "veth", "peer", "name", s"port$number", "netns", switch)
      ip("-n", switch, "link", "set", s"port$number", "master", "ports", "up")
      ip("-n", room, "address", "add", s"10.77.0.$number/24", "dev", "cable")
      ip("-n", room, "link", "set", "cable", "up")
      Machine(name, s"10.77.0.$number", 7411, 7421, Some(room), witness)
    }

    def pull(m: Machine): Unit = ip("-n", m.room.get, "link", "set", "cable", "down")

    def plug(m: Machine): Unit = ip("-n", m.room.get, "link", "set", "cable", "up")

    /** Nothing that one machine sends gets to the other any more; the way back stays. */
    def cut(from: Machine, to: Machine): Unit = ip("-n", from.room.get, "route", "add", "blackhole", s"${to.host}/32")

    def mend(from: Machine, to: Machine): Unit = ip("-n", from.room.get, "route", "del", "blackhole", s"${to.host}/32")

    private def ip(words: String*): Unit = {
      val process = new ProcessBuilder(("ip" +: words).asJava).redirectErrorStream(true).start()
      val said = new String(process.getInputStream.readAllBytes(), "UTF-8")
      if (process.waitFor() != 0) throw new AssertionError(s"ip ${words.mkString(" ")}: $said")
    }
  }

  private def show(machines: Seq[Machine], on: Seq[Machine], rest: String = "") = {
    val show = new Rehearsal(
      scene,
      machines,
      s"""endpoints:
         |  movable: {protocol: tcp, listen: 9100, on: [${on.map(_.name).mkString(", ")}]}
         |security: {operator: ${Machine.token}}
         |$rest
         |"""
    )
    show.startAll()
    oneCluster(show)
    runsOnce(on: _*)
    show
  }

  private def runs(on: Machine) = endpoint(on.status, "movable", on).path("state").asText

  private def runsOnce(on: Machine*): Unit = eventually {
    on.map(runs).count(_ == "listening") shouldBe 1
    ()
  }

  private def carriesOn(those: Machine*): Unit = those.foreach(m => eventually(m.status.path("cluster").asText shouldBe "member"))

  private def isIsolated(m: Machine): Unit = eventually {
    m.status.path("cluster").asText shouldBe "isolated"
    runs(m) should (be("standby").or(be("stopped")))
    ()
  }

  Feature("Of two machines that no longer reach each other one carries on") {
    Scenario("neither a witness nor an arbiter is there: the first of the show") {
      Given("a show of two machines")
      val hall = new Hall
      val foh = hall.machine("foh", 1)
      val stage = hall.machine("stage", 2)
      val two = show(Seq(foh, stage), Seq(stage, foh))
      When("the cable of the first is pulled")
      hall.pull(foh)
      Then("the first has it, the second is isolated")
      isIsolated(stage)
      eventually(runs(foh) shouldBe "listening")
      carriesOn(foh)
      When("the cable is plugged in again")
      hall.plug(foh)
      Then("they are one cluster, and it runs once")
      oneCluster(two)
      runsOnce(foh, stage)
    }

    Scenario("the second reaches the arbiter") {
      Given("a show of two machines whose arbiter is their switch")
      val hall = new Hall
      val foh = hall.machine("foh", 1)
      val stage = hall.machine("stage", 2)
      val two = show(Seq(foh, stage), Seq(foh, stage), "split: {arbiter: \"10.77.0.100:9\"}")
      When("the cable of the first is pulled")
      hall.pull(foh)
      Then("the second takes over, the first is isolated")
      isIsolated(foh)
      eventually(runs(stage) shouldBe "listening")
      carriesOn(stage)
      When("the cable is plugged in again")
      hall.plug(foh)
      Then("they are one cluster, and it runs once")
      oneCluster(two)
      runsOnce(foh, stage)
    }

    Scenario("the second reaches the witness") {
      Given("a show of two machines and a witness")
      val hall = new Hall
      val foh = hall.machine("foh", 1)
      val stage = hall.machine("stage", 2)
      val desk = hall.machine("desk", 3, witness = true)
      val three = show(Seq(foh, stage, desk), Seq(foh, stage))
      When("the cable of the first is pulled")
      hall.pull(foh)
      Then("the second takes over, the first is isolated")
      isIsolated(foh)
      eventually(runs(stage) shouldBe "listening")
      carriesOn(stage, desk)
      stage.status.path("coordinator").asText should not be "desk"
      When("the cable is plugged in again")
      hall.plug(foh)
      Then("they are one cluster")
      oneCluster(three)
    }
  }

  Feature("A cut between two of three machines costs one of them") {
    Scenario("the last no longer gets anything to the first, and both reach the second") {
      Given("a show of three machines")
      val hall = new Hall
      val foh = hall.machine("foh", 1)
      val lobby = hall.machine("lobby", 2)
      val stage = hall.machine("stage", 3)
      val three = show(Seq(foh, lobby, stage), Seq(stage, lobby, foh))
      When("what the last sends to the first is lost")
      hall.cut(stage, foh)
      Then("the first and the second carry on, the last is isolated")
      isIsolated(stage)
      runsOnce(foh, lobby)
      carriesOn(foh, lobby)
      for (m <- Seq(foh, lobby)) eventually(state(m.status, stage) should not be "up")
      When("that is mended")
      hall.mend(stage, foh)
      Then("they are one cluster, and it runs once")
      oneCluster(three)
      runsOnce(foh, lobby, stage)
    }
  }

  Feature("A machine that freezes is replaced, and knows it when it thaws") {
    Scenario("its node is stopped by SIGSTOP and goes on by SIGCONT") {
      Given("a show of three machines")
      val (foh, left, right) = Machine.three()
      val port = Ports.free()
      val show = new Rehearsal(scene, Seq(foh, left, right), s"endpoints:\n  movable: {protocol: tcp, listen: $port, on: [foh, stage-left]}\n")
      val nodes = show.startAll()
      oneCluster(show)
      runsOnce(foh, left)
      val (frozen, other) = if (runs(foh) == "listening") (foh, left) else (left, foh)

      When("the node that runs the listed endpoint freezes")
      nodes(frozen).signal("STOP")

      Then("the other one takes over")
      eventually(runs(other) shouldBe "listening")
      carriesOn(other, right)

      When("it thaws")
      nodes(frozen).signal("CONT")

      Then("it gives up what it ran, says that it stood still, and is a member again")
      oneCluster(show)
      for (m <- show.machines) eventually {
        val nodes = m.status.path("nodes").asScala
        nodes.find(_.path("name").asText == frozen.name).map(_.path("warning").asText).getOrElse("") should startWith("stood still for")
        endpoint(m.status, "movable", other).path("state").asText shouldBe "listening"
        endpoint(m.status, "movable", frozen).path("state").asText shouldBe "standby"
      }
    }
  }
}
