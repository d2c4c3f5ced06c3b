package io.cuewire.deploy

import io.cuewire.deploy.Rehearsal.{endpoint, state}
import java.net.{InetSocketAddress, ServerSocket}

class ClusterLifeSpec extends OnStage {

  /** Three machines, each with a listener of its own; what comes in anywhere goes out on the last. And one listener that
    * runs on the first of the list that lives.
    */
  private class Night(scope: Scope) {
    val (foh, left, right) = Machine.three()
    val machines: Seq[Machine] = Seq(foh, left, right)
    val desks: Map[Machine, Int] = machines.map(_ -> Ports.free()).toMap
    val tcp: Int = Ports.free()
    val program: Oscdump = oscdump(scope)
    val show = new Rehearsal(
      scope,
      machines,
      s"""endpoints:
         |  desk-foh:         {protocol: osc, listen: ${desks(foh)}, on: foh}
         |  desk-stage-left:  {protocol: osc, listen: ${desks(left)}, on: stage-left}
         |  desk-stage-right: {protocol: osc, listen: ${desks(right)}, on: stage-right}
         |  stream:           {protocol: osc, transport: tcp, listen: $tcp, on: stage-left}
         |  tablet:           {protocol: osc, listen: ${Ports.free()}, on: [foh, stage-right]}
         |  program:          {protocol: osc, send: "127.0.0.1:${program.port}", on: all}
         |routes:
         |  all: {from: "*", to: program}
         |"""
    )

    def desk(on: Machine): String = s"desk-${on.name}"
  }

  Feature("Machines find each other in whatever order they are switched on") {
    Scenario("all at once") {
      Given("a show of three machines")
      val night = new Night(scene)
      When("all of them are switched on at the same moment")
      night.show.startAll()
      Then("they become one cluster, and everyone knows how everyone is")
      oneCluster(night.show)
    }

    Scenario("one after the other, the last of the show first") {
      Given("a show of three machines")
      val night = new Night(scene)
      import night._
      When("each is switched on once the one before answers")
      for (m <- machines.reverse) {
        show.start(m)
        eventually(m.status.path("node").asText shouldBe m.name)
      }
      Then("they become one cluster")
      oneCluster(show)
    }

    Scenario("one of them is alone for a while") {
      Given("a show of which only the last machine is switched on, the others are known to be off")
      val night = new Night(scene)
      import night._
      show.start(right)

      Then("it carries what is its own, and what is listed for it and a machine that is off")
      eventually {
        val status = right.status
        status.path("cluster").asText shouldBe "member"
        endpoint(status, "desk-stage-right", right).path("state").asText shouldBe "listening"
        endpoint(status, "tablet", right).path("state").asText shouldBe "listening"
        state(status, foh) shouldBe "down"
        endpoint(status, "desk-foh", foh).path("state").asText should not be "listening"
      }
      oscsend(right.host, desks(right), "/alone", "i", "1")
      eventually(program.messages shouldBe Seq("/alone i 1"))

      And("what somebody sends goes out there, and he is told where it did not")
      refused(cuewire("send", "program", "/said", "2", "--at", right.url), 3) should (include("program on foh").and(include("program on stage-left")).and(not include "program on stage-right"))
      eventually(program.messages should contain("/said i 2"))

      When("the others are switched on some seconds later")
      eventually(seconds(right) should be > 3.0)
      show.start(foh)
      show.start(left)

      Then("the three become one cluster")
      oneCluster(show)

      And("the listed endpoint stays where it runs, though the first of its list is there now")
      for (m <- machines) eventually {
        endpoint(m.status, "tablet", foh).path("state").asText shouldBe "standby"
        endpoint(m.status, "tablet", right).path("state").asText shouldBe "listening"
      }
    }
  }

  Feature("A machine that loses power comes back into the same show") {
    lazy val night = {
      val night = new Night(house)
      val running = night.show.startAll()
      oneCluster(night.show)
      cuewire("route", "add", "hello", "--from", "desk-foh", "--to", "program", "--match", "/hello", "--address", "/ciao", "--at", night.left.url).exit shouldBe 0
      (night, collection.mutable.Map.from(running))
    }

    for (name <- Seq("stage-right", "foh", "stage-left")) Scenario(s"$name") {
      Given("a show of three machines and a routing table that was changed")
      val (running, nodes) = night
      import running._
      oneCluster(show)
      val victim = machines.find(_.name == name).get
      val others = machines.filterNot(_ == victim)
      val table = others.head.get("/api/routes")
      table should have size 2
      others.foreach(m => oscsend(m.host, desks(m), s"/before/$name"))
      for (m <- others) eventually(program.messages.count(_ == s"/before/$name") shouldBe others.size * machines.size)
      def counts = others.map { m =>
        val here = endpoint(m.status, desk(m), m)
        (here.path("in").asInt, here.path("since").asText, here.path("state").asText)
      }
      val before = counts

      When(s"$name loses power")
      nodes(victim).crash()

      Then("the two others show it as down, its endpoints as stopped, and go on as members")
      for (m <- others) eventually {
        val status = m.status
        state(status, victim) shouldBe "down"
        endpoint(status, desk(victim), victim).path("state").asText shouldBe "stopped"
        endpoint(status, desk(victim), victim).path("reason").asText shouldBe "node down"
        status.path("cluster").asText shouldBe "member"
        others.map(_.name) should contain(status.path("coordinator").asText)
      }

      And("carry what comes in")
      others.foreach(m => oscsend(m.host, desks(m), s"/without/$name"))
      eventually(program.messages.count(_ == s"/without/$name") shouldBe others.size * others.size)

      When("it is switched on again")
      nodes(victim) = show.start(victim)

      Then("the three are one cluster again")
      oneCluster(show)

      And("every machine has the routing table as it was")
      for (m <- machines) eventually(m.get("/api/routes") shouldBe table)

      And("the endpoints of the others have not noticed: same since, and their counts went on")
      counts shouldBe before.map { case (in, since, state) => (in + 1, since, state) }

      And("what comes in at the machine that was away is carried again")
      eventually(endpoint(victim.status, desk(victim), victim).path("state").asText shouldBe "listening")
      oscsend(victim.host, desks(victim), s"/after/$name")
      eventually(program.messages.count(_ == s"/after/$name") shouldBe machines.size)
    }
  }

  Feature("A machine leaves when it is told to") {
    Scenario("its node is ended by SIGTERM, another one by Ctrl-C") {
      Given("a show of three machines")
      val night = new Night(scene)
      import night._
      val running = show.startAll()
      oneCluster(show)

      When("the node of the second gets a SIGTERM")
      running(left).terminate()

      Then("it ends with exit code 0")
      withClue(running(left).tail)(running(left).exitCode() shouldBe 0)

      And("every port it had can be had at once")
      for (port <- Seq(left.cluster, left.link, left.api, tcp)) withClue(port)(Ports.isFreeTcp(left.host, port) shouldBe true)
      Ports.isFreeUdp(left.host, desks(left)) shouldBe true

      And("the others show it as down and go on")
      for (m <- Seq(foh, right)) eventually {
        state(m.status, left) shouldBe "down"
        m.status.path("cluster").asText shouldBe "member"
      }

      When("the next is ended with Ctrl-C")
      running(foh).signal("INT")

      Then("that too is exit code 0, and the last one takes over what was listed for both")
      running(foh).exitCode() shouldBe 0
      eventually {
        endpoint(right.status, "tablet", right).path("state").asText shouldBe "listening"
        state(right.status, foh) shouldBe "down"
      }
      running.values.foreach(r => (r.output + r.errors) should not include "Exception")
    }
  }

  Feature("A machine says why it does not start") {
    for ((what, port) <- Seq[(String, Machine => Int)]("cluster" -> (_.cluster), "link" -> (_.link), "api" -> (_.api)))
      Scenario(s"another program has its $what port") {
        Given(s"a program that listens on the $what port")
        val night = new Night(scene)
        val other = new ServerSocket()
        scene.afterwards(other.close())
        other.bind(new InetSocketAddress(night.foh.host, port(night.foh)))

        When("the node is started")
        val node = night.show.start(night.foh)

        Then("it ends with exit code 1 and one line that names the port")
        withClue(node.tail)(node.exitCode() shouldBe 1)
        val lines = (node.output + node.errors).linesIterator.filterNot(_.contains(" INFO ")).toSeq
        withClue(node.tail) {
          lines should have size 1
          lines.head should (include(port(night.foh).toString).and(include("in use")).and(not include "Exception"))
        }

        And("it holds no other port")
        for (p <- Seq(night.foh.cluster, night.foh.link, night.foh.api).filterNot(_ == port(night.foh)))
          Ports.isFreeTcp(night.foh.host, p) shouldBe true
      }
  }

  private def seconds(m: Machine): Double = {
    val nodes = m.status.path("nodes")
    (0 until nodes.size).map(nodes.get).find(_.path("name").asText == m.name).fold(0.0)(_.path("uptime").asDouble)
  }
}
