package io.cuewire.deploy

import com.fasterxml.jackson.databind.JsonNode
import io.cuewire.deploy.Rehearsal.{endpoint, state}
import java.net.{DatagramSocket, InetSocketAddress}
import scala.jdk.CollectionConverters._

class EndpointLifeSpec extends OnStage {
  private val (foh, left, _) = Machine.three()
  private val taken, desk, server = Ports.free()
  private lazy val program = oscdump(house)
  private lazy val taker = new DatagramSocket(new InetSocketAddress(foh.host, taken))

  /** The show of those scenarios that leave all machines alive. */
  private lazy val show = {
    taker.isBound shouldBe true
    val show = new Rehearsal(
      house,
      Seq(foh, left),
      s"""endpoints:
         |  contested: {protocol: osc, listen: $taken, on: foh, reconnect: {min: 100ms, max: 300ms}}
         |  desk:      {protocol: osc, listen: $desk, on: foh}
         |  console:   {protocol: osc, transport: tcp, send: "127.0.0.1:$server", on: stage-left, reconnect: {min: 100ms, max: 300ms}}
         |  tired:     {protocol: osc, transport: tcp, send: "127.0.0.1:${Ports.free()}", on: foh, reconnect: {min: 50ms, max: 50ms, attempts: 2}}
         |  program:   {protocol: osc, send: "127.0.0.1:${program.port}", on: stage-left}
         |routes:
         |  desk:      {from: [desk, contested], match: "/to/program/*", to: program}
         |  console:   {from: desk, match: "/to/console/*", to: console}
         |"""
    )
    show.startAll()
    eventually(show.areTogether() shouldBe true)
    show
  }

  override protected def afterAll(): Unit = {
    taker.close()
    super.afterAll()
  }

  /** How an endpoint is, as the other machine sees it. */
  private def from(asked: Machine, name: String, on: Machine): JsonNode = endpoint(asked.status, name, on)

  private def stateOf(e: JsonNode) = e.path("state").asText

  Feature("An endpoint that cannot work says why, and works by itself when it can") {
    Scenario("another program has its port") {
      Given("a program that has the port which a listener wants")
      show.areTogether() shouldBe true

      Then("every machine shows the listener as backing off, and why")
      for (m <- show.machines) eventually {
        val e = from(m, "contested", foh)
        (stateOf(e), e.path("reason").asText) shouldBe (("backing-off", "port in use"))
        e.path("attempts").asInt should be > 1
        e.path("last_error").asText should include(taken.toString)
      }

      When("that program ends")
      taker.close()

      Then("the listener takes the port")
      for (m <- show.machines) eventually {
        stateOf(from(m, "contested", foh)) shouldBe "listening"
        from(m, "contested", foh).has("reason") shouldBe false
      }
      oscsend(foh.host, taken, "/to/program/contested")
      eventually(program.messages should contain("/to/program/contested"))
    }

    Scenario("the server that it connects to is not there, then comes, goes and comes again") {
      needs("socat")
      Given("a client whose server is not running")
      show.areTogether() shouldBe true
      for (m <- show.machines) eventually {
        val e = from(m, "console", left)
        (stateOf(e), e.path("reason").asText) shouldBe (("backing-off", "refused"))
      }
      def serve() = scene.start("socat", Seq("socat", "-u", s"TCP-LISTEN:$server,bind=127.0.0.1,reuseaddr", "STDOUT"))

      When("the server is started")
      val first = serve()

      Then("the client connects, and every machine shows it")
      for (m <- show.machines) eventually(stateOf(from(m, "console", left)) shouldBe "connected")

      And("what is routed to it arrives")
      oscsend(foh.host, desk, "/to/console/one")
      eventually(first.output should include("/to/console/one"))

      When("the server ends")
      first.terminate()
      first.exitCode()

      Then("the client notices at once and tries again")
      eventually {
        val e = from(foh, "console", left)
        stateOf(e) shouldBe "backing-off"
        Seq("refused", "closed by peer") should contain(e.path("reason").asText)
      }

      When("a message is routed to it meanwhile, and the server comes back")
      oscsend(foh.host, desk, "/to/console/two")
      val second = serve()

      Then("it connects again, and what had to wait arrives")
      eventually(stateOf(from(foh, "console", left)) shouldBe "connected")
      eventually(second.output should include("/to/console/two"))
      second.output should not include "/to/console/one"
    }

    Scenario("one whose attempts are limited gives up, until somebody restarts it") {
      Given("a client that may try twice, and no server")
      show.areTogether() shouldBe true
      eventually(stateOf(from(left, "tired", foh)) shouldBe "failed")
      from(left, "tired", foh).path("reason").asText shouldBe "refused"
      val since = from(left, "tired", foh).path("since").asText

      When("it is restarted")
      cuewire("endpoint", "restart", "tired", "--at", left.url).exit shouldBe 0

      Then("it has tried again")
      eventually {
        stateOf(from(left, "tired", foh)) shouldBe "failed"
        from(left, "tired", foh).path("since").asText should not be since
      }
    }
  }

  Feature("An operator handles an endpoint from any machine") {
    Scenario("it is taken out of service and back") {
      Given("a listener of the first machine")
      show.areTogether() shouldBe true
      eventually(stateOf(from(left, "desk", foh)) shouldBe "listening")

      When("it is disabled at the second")
      val disabled = json("endpoint", "disable", "desk", "--at", left.url)

      Then("the answer, and every machine, shows it as stopped")
      disabled.path("name").asText shouldBe "desk"
      stateOf(disabled) shouldBe "stopped"
      for (m <- show.machines) eventually(stateOf(from(m, "desk", foh)) shouldBe "stopped")

      And("another program can have its port")
      Ports.isFreeUdp(foh.host, desk) shouldBe true

      And("it cannot be restarted")
      refused(cuewire("endpoint", "restart", "desk", "--at", left.url), 1) should include("desk is disabled")

      When("it is enabled")
      cuewire("endpoint", "enable", "desk", "--at", left.url).exit shouldBe 0

      Then("it listens and carries again")
      for (m <- show.machines) eventually(stateOf(from(m, "desk", foh)) shouldBe "listening")
      oscsend(foh.host, desk, "/to/program/enabled")
      eventually(program.messages should contain("/to/program/enabled"))
    }

    Scenario("it is restarted") {
      Given("a listener of the first machine that has heard something")
      show.areTogether() shouldBe true
      oscsend(foh.host, desk, "/to/program/before")
      eventually(program.messages should contain("/to/program/before"))
      val before = from(foh, "desk", foh)

      When("it is restarted at the second")
      val restarted = json("endpoint", "restart", "desk", "--at", left.url)

      Then("it listens, since now; its counts went on")
      stateOf(restarted) shouldBe "listening"
      eventually {
        val after = from(foh, "desk", foh)
        stateOf(after) shouldBe "listening"
        after.path("since").asDouble should be > before.path("since").asDouble
        after.path("in").asInt shouldBe before.path("in").asInt
      }
      oscsend(foh.host, desk, "/to/program/after")
      eventually(program.messages should contain("/to/program/after"))
    }

    Scenario("he mistypes its name") {
      Given("a show of two machines")
      show.areTogether() shouldBe true
      Then("he is told so, whatever he wanted to do with it")
      for (verb <- Seq("restart", "disable", "enable"))
        refused(cuewire("endpoint", verb, "desc", "--at", left.url), 1) should (include("desc").and(include("did you mean 'desk'")))
    }
  }

  Feature("A listed endpoint runs on one machine, and on the next when that one is lost") {
    Scenario("the machine that runs it loses power and comes back") {
      Given("a listener that is listed for all three machines, and what it hears goes to a program")
      val (foh, left, right) = Machine.three()
      val port = Ports.free()
      val program = oscdump()
      val show = new Rehearsal(
        scene,
        Seq(foh, left, right),
        s"""endpoints:
           |  tablet:  {protocol: osc, listen: $port, on: [foh, stage-left, stage-right]}
           |  program: {protocol: osc, send: "127.0.0.1:${program.port}", on: [foh, stage-right]}
           |routes:
           |  all: {from: tablet, to: program}
           |"""
      )
      val first = show.start(foh)
      eventually(stateOf(endpoint(foh.status, "tablet", foh)) shouldBe "listening")
      Seq(left, right).foreach(m => show.start(m))
      eventually(show.areTogether() shouldBe true)
      def runs(name: String, on: Machine, asked: Seq[Machine]): Unit =
        for (m <- asked) eventually {
          val all = m.status.path("endpoints").elements().asScala.filter(_.path("name").asText == name).toSeq
          all.filterNot(e => Seq("standby", "stopped").contains(stateOf(e))).map(_.path("node").asText) shouldBe Seq(on.name)
        }
      runs("tablet", foh, show.machines)
      runs("program", foh, show.machines)
      oscsend(foh.host, port, "/one")
      eventually(program.messages shouldBe Seq("/one"))

      When("the first machine loses power")
      first.crash()

      Then("the next of each list runs it, and carries")
      runs("tablet", left, Seq(left, right))
      runs("program", right, Seq(left, right))
      Ports.isFreeUdp(right.host, port) shouldBe true
      oscsend(left.host, port, "/two")
      eventually(program.messages shouldBe Seq("/one", "/two"))

      When("the first machine comes back")
      show.start(foh)
      eventually(show.areTogether() shouldBe true)
      eventually(state(foh.status, foh) shouldBe "up")

      Then("both stay where they are, and the first is ready to take over")
      eventually(stateOf(endpoint(right.status, "tablet", foh)) shouldBe "standby")
      runs("tablet", left, show.machines)
      runs("program", right, show.machines)
      Ports.isFreeUdp(foh.host, port) shouldBe true
      oscsend(left.host, port, "/three")
      eventually(program.messages shouldBe Seq("/one", "/two", "/three"))
    }
  }
}
