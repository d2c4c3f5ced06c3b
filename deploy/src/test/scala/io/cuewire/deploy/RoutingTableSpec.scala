package io.cuewire.deploy

import com.fasterxml.jackson.databind.JsonNode
import io.cuewire.deploy.Rehearsal.{endpoint, state}
import scala.jdk.CollectionConverters._

class RoutingTableSpec extends OnStage {

  /** Three machines, a controller at the first, a show program behind the second. */
  private class Night {
    val (foh, left, right) = Machine.three()
    val machines: Seq[Machine] = Seq(foh, left, right)
    val desk: Int = Ports.free()
    val program: Oscdump = oscdump()
    val show = new Rehearsal(
      scene,
      machines,
      s"""endpoints:
         |  desk-in:  {protocol: osc, listen: $desk, on: foh}
         |  to-left:  {protocol: osc, send: "127.0.0.1:${program.port}", on: stage-left}
         |  spare:    {protocol: osc, listen: ${Ports.free()}, on: [stage-right, foh]}
         |routes:
         |  faders: {from: desk-in, match: "/fader/*", to: to-left}
         |  marks:  {from: desk-in, match: "/mark/*", to: to-left}
         |"""
    )

    def send(message: String*): Unit = oscsend(foh.host, desk, message: _*)

    /** What the program has heard, and nothing is on its way any more. */
    def heardUntil(mark: String): Seq[String] = {
      send(s"/mark/$mark")
      eventually(program.messages should contain(s"/mark/$mark"))
      program.messages.filterNot(_.startsWith("/mark"))
    }
  }

  private def names(routes: JsonNode) = routes.asScala.map(_.path("name").asText).toSeq

  Feature("The routing table is changed while the show runs") {
    Scenario("a route that is added on one machine carries messages between two others, until a third removes it") {
      Given("a show of three machines")
      val night = new Night
      import night._
      show.startAll()
      eventually(show.areTogether() shouldBe true)

      When("an operator adds a route at the third")
      val added = json("route", "add", "knobs", "--from", "desk-in", "--match", "/knob/*", "--to", "to-left", "--address", "/turn/{1}", "--at", right.url)
      added.path("name").asText shouldBe "knobs"

      Then("every machine has it")
      for (m <- machines) eventually(names(m.get("/api/routes")) shouldBe Seq("faders", "marks", "knobs"))
      right.get("/api/routes").get(2).path("match").asText shouldBe "/knob/*"

      And("the first one carries what comes in there to the second")
      send("/knob/7", "i", "3")
      heardUntil("one") shouldBe Seq("/turn/7 i 3")

      When("he adds one of the same name at the second")
      val replaced = cuewire("route", "add", "knobs", "--from", "desk-in", "--match", "/knob/*", "--to", "to-left", "--scale", "10", "--at", left.url)
      withClue(replaced)(replaced.exit shouldBe 0)

      Then("it stands instead of the first")
      eventually(foh.get("/api/routes").get(2).path("scale").asDouble shouldBe 10.0)
      send("/knob/7", "i", "3")
      heardUntil("two") shouldBe Seq("/turn/7 i 3", "/knob/7 i 30")

      When("he removes it, and one of the show file too")
      for (name <- Seq("knobs", "faders")) cuewire("route", "remove", name, "--at", left.url).exit shouldBe 0

      Then("no machine has them, and nothing is carried by them")
      for (m <- machines) eventually(names(m.get("/api/routes")) shouldBe Seq("marks"))
      send("/knob/7", "i", "4")
      send("/fader/1", "f", "0.5")
      heardUntil("three") should have size 2
    }

    Scenario("what was changed survives the death of the machine where it was changed") {
      Given("a show of three machines, and changes made at the second")
      val night = new Night
      import night._
      val running = show.startAll()
      eventually(show.areTogether() shouldBe true)
      cuewire("route", "add", "knobs", "--from", "desk-in", "--match", "/knob/*", "--to", "to-left", "--at", left.url).exit shouldBe 0
      cuewire("route", "remove", "faders", "--at", left.url).exit shouldBe 0

      When("that machine loses power")
      running(left).crash()
      eventually(state(foh.status, left) shouldBe "down")

      Then("the two others still have the table as it was changed")
      for (m <- Seq(foh, right)) names(m.get("/api/routes")) shouldBe Seq("marks", "knobs")

      When("it comes back, with the show file as it always was")
      show.start(left)
      eventually(show.areTogether() shouldBe true)

      Then("it has the changed table too, and carries by it")
      eventually(names(left.get("/api/routes")) shouldBe Seq("marks", "knobs"))
      eventually(endpoint(foh.status, "to-left", left).path("state").asText shouldBe "connected")
      eventually { // the link to it may still be being dialled
        send("/mark/back")
        program.messages should contain("/mark/back")
      }
      send("/fader/1", "f", "0.5")
      send("/knob/1", "i", "1")
      heardUntil("end") shouldBe Seq("/knob/1 i 1")
    }

    Scenario("a machine hangs for a moment while the table is changed") {
      Given("a show of three machines, one of which hangs")
      val night = new Night
      import night._
      val running = show.startAll()
      oneCluster(show)
      running(right).signal("STOP")

      When("an operator adds a route")
      val said = cuewire("route", "add", "knobs", "--from", "desk-in", "--to", "to-left", "--at", foh.url)
      running(right).signal("CONT")

      Then("he is told that it was done, and who has not confirmed it: exit code 3")
      refused(said, 3) should include("stage-right")

      And("that machine has it too once it is back")
      for (m <- machines) eventually(names(m.get("/api/routes")) shouldBe Seq("faders", "marks", "knobs"))
    }

    Scenario("a machine that comes late knows all that the others know") {
      Given("two machines that run, a route that was added and an endpoint that was disabled meanwhile")
      val night = new Night
      import night._
      Seq(foh, left).foreach(m => show.start(m))
      eventually(show.areTogether(Seq(foh, left)) shouldBe true)
      cuewire("route", "add", "knobs", "--from", "desk-in", "--to", "to-left", "--at", foh.url).exit shouldBe 0
      cuewire("endpoint", "disable", "to-left", "--at", foh.url).exit shouldBe 0
      send("/fader/1", "f", "0.5")

      When("the third is started")
      show.start(right)
      eventually(state(right.status, right) shouldBe "up")

      Then("it has the table, and every connection as the machine sees it that has it")
      eventually(names(right.get("/api/routes")) shouldBe Seq("faders", "marks", "knobs"))
      eventually {
        val status = right.status
        endpoint(status, "desk-in", foh).path("state").asText shouldBe "listening"
        endpoint(status, "desk-in", foh).path("in").asInt shouldBe 1
        endpoint(status, "to-left", left).path("state").asText shouldBe "stopped"
        endpoint(status, "spare", foh).path("state").asText shouldBe "listening"
        endpoint(status, "spare", right).path("state").asText shouldBe "standby"
      }

      And("so do the others of it")
      for (m <- Seq(foh, left)) eventually {
        state(m.status, right) shouldBe "up"
        endpoint(m.status, "spare", right).path("state").asText shouldBe "standby"
      }
    }

    Scenario("a slip of the tongue changes nothing, and the nearest name is offered") {
      Given("a show of one machine")
      val (foh, _, _) = Machine.three()
      val show = new Rehearsal(
        scene,
        Seq(foh),
        s"""endpoints:
           |  desk-in:  {protocol: osc, listen: ${Ports.free()}, on: foh}
           |  to-desk:  {protocol: osc, send: "127.0.0.1:${Ports.free()}", on: foh}
           |routes:
           |  faders: {from: desk-in, to: to-desk}
           |"""
      )
      show.startAll()
      eventually(show.areTogether() shouldBe true)
      val before = foh.get("/api/routes")

      Then("a route from an endpoint that is not there is refused")
      val from = refused(cuewire("route", "add", "knobs", "--from", "desk-inn", "--to", "to-desk", "--at", foh.url), 1)
      from should (include("desk-inn").and(include("did you mean 'desk-in'")))

      And("one to such an endpoint")
      val to = refused(cuewire("route", "add", "knobs", "--from", "desk-in", "--to", "todesk", "--at", foh.url), 1)
      to should (include("todesk").and(include("did you mean 'to-desk'")))

      And("one to an endpoint that only listens")
      refused(cuewire("route", "add", "knobs", "--from", "desk-in", "--to", "desk-in", "--at", foh.url), 1) should include("desk-in")

      And("one with a pattern that is none")
      refused(cuewire("route", "add", "knobs", "--from", "desk-in", "--to", "to-desk", "--match", "/a[", "--at", foh.url), 1) should include("match")

      And("one that refers to a wildcard which is not there")
      refused(cuewire("route", "add", "knobs", "--from", "desk-in", "--to", "to-desk", "--match", "/a/*", "--address", "/b/{2}", "--at", foh.url), 1) should include("{2}")

      And("the removal of a route that is not there")
      refused(cuewire("route", "remove", "fadres", "--at", foh.url), 1) should (include("fadres").and(include("did you mean 'faders'")))

      And("the table is as it was")
      foh.get("/api/routes") shouldBe before
    }
  }
}
