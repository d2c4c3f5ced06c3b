package io.cuewire.deploy

import io.cuewire.deploy.Rehearsal.endpoint

class RoutingSpec extends OnStage {
  private val foh = Machine("foh", "127.0.0.1")
  private val left = Machine("stage-left", "127.0.0.2")
  private val desk, other, tablet, ring = Ports.free()
  private lazy val stage = oscdump(house)
  private lazy val pit = oscdump(house)
  private lazy val screens = oscdump(house)
  private lazy val onTablet = oscdump(house)
  private var marks = 0

  private lazy val show = {
    val show = new Rehearsal(
      house,
      Seq(foh, left),
      s"""endpoints:
         |  desk:     {protocol: osc, listen: $desk, on: foh}
         |  other:    {protocol: osc, listen: $other, on: stage-left}
         |  stage:    {protocol: osc, send: "127.0.0.1:${stage.port}", on: stage-left}
         |  pit:      {protocol: osc, send: "127.0.0.1:${pit.port}", on: foh}
         |  screens:  {protocol: osc, send: "127.0.0.1:${screens.port}", on: all}
         |  tablet:   {protocol: osc, listen: $tablet, send: "127.0.0.1:${onTablet.port}", on: foh}
         |  ring-in:  {protocol: osc, listen: $ring, on: foh}
         |  ring-out: {protocol: osc, send: "${foh.host}:$ring", on: stage-left}
         |routes:
         |  marks:    {from: desk, match: "/mark/*", to: [stage, pit, screens, tablet]}
         |  faders:   {from: desk, match: "/*/fader*", to: stage, address: "/deck/{1}/level/{2}"}
         |  cues:     {from: desk, match: /cue, to: stage, address: /go, args: [standby, "$$2", 7]}
         |  dimmer:   {from: desk, match: /dim, to: stage, input: [0, 1], output: [0, 100], scale: 2, offset: 10, clamp: [0, 200]}
         |  double:   {from: desk, match: /double, to: stage, scale: 2}
         |  half:     {from: desk, match: /half, to: stage, scale: 0.5}
         |  beats:    {from: desk, match: //beat, to: stage}
         |  cameras:  {from: desk, match: "/camera/{left,right}/[xyz]", to: stage, address: "/{2}/of/{1}"}
         |  anything: {from: "*", match: /from/anywhere, to: pit}
         |  several:  {from: [desk, other], match: /several, to: [stage, pit]}
         |  all:      {from: desk, match: /to/screens, to: screens}
         |  senders:  {from: desk, match: /to/everyone, to: "osc:*"}
         |  silent:   {from: tablet, match: /button, to: [tablet, pit]}
         |  echoed:   {from: tablet, match: /fader, to: [tablet, pit], echo: true}
         |  ring:     {from: ring-in, match: /ring, to: ring-out}
         |  mute-1:   {from: desk, match: /mixer/1/mute, to: stage}
         |  mute-2:   {from: desk, match: /mixer/2/mute, to: stage, address: /second/mute}
         |  solo-1:   {from: desk, match: /mixer/1/solo, to: stage}
         |"""
    )
    show.startAll()
    eventually(show.areTogether() shouldBe true)
    show
  }

  Feature("Routes say what goes where, and how it is changed on the way") {
    Scenario("a rewritten address takes over what the pattern's wildcards took") {
      on("faders")
      send("/3/fader12", "f", "0.25")
      send("/3/4/fader1", "f", "0.5")
      Then("{1} and {2} are what the stars took, and no star crosses a slash")
      heard(stage) shouldBe Seq("/deck/3/level/12 f 0.250000")
    }

    Scenario("alternatives and classes of characters are wildcards too") {
      on("cameras")
      send("/camera/left/x", "i", "1")
      send("/camera/middle/x", "i", "2")
      send("/camera/right/w", "i", "3")
      send("/camera/right/z", "i", "4")
      Then("only what the pattern names arrives")
      heard(stage) shouldBe Seq("/x/of/left i 1", "/z/of/right i 4")
    }

    Scenario("arguments are replaced by fixed ones and by chosen ones of the message") {
      on("cues")
      send("/cue", "is", "1", "lights")
      Then("the fixed ones stand where they are written, $2 is the second that came")
      heard(stage) shouldBe Seq("/go ssi \"standby\" \"lights\" 7")
    }

    Scenario("a fader's way is fitted to what the desk wants") {
      on("dimmer")
      send("/dim", "f", "0.5")
      send("/dim", "f", "0.99")
      send("/dim", "f", "-0.5")
      send("/dim", "s", "full")
      Then("range, scale, offset and clamp are applied in this order; what is no number stays")
      heard(stage) shouldBe Seq("/dim f 110.000000", "/dim f 200.000000", "/dim f 0.000000", "/dim s \"full\"")
    }

    Scenario("an integer stays one as long as it can") {
      on("double")
      send("/double", "i", "4")
      send("/half", "i", "4")
      send("/half", "i", "5")
      Then("it becomes a float only where it became fractional")
      heard(stage) shouldBe Seq("/double i 8", "/half i 2", "/half f 2.500000")
    }

    Scenario("// finds an address at any depth") {
      on("beats")
      send("/beat", "i", "1")
      send("/drums/beat", "i", "2")
      send("/a/b/c/beat", "i", "3")
      send("/a/upbeat", "i", "4")
      send("/beat/a", "i", "5")
      Then("what ends with that part arrives, and nothing else")
      heard(stage) shouldBe Seq("/beat i 1", "/drums/beat i 2", "/a/b/c/beat i 3")
    }

    Scenario("a route from \"*\" takes what comes in anywhere in the show") {
      on("anything")
      send("/from/anywhere", "s", "desk")
      oscsend(left.host, other, "/from/anywhere", "s", "other")
      oscsend(foh.host, tablet, "/from/anywhere", "s", "tablet")
      Then("it arrives from listeners on both machines")
      eventually(pit.messages.filter(_.startsWith("/from")).toSet shouldBe
        Set("desk", "other", "tablet").map(name => s"/from/anywhere s \"$name\""))
    }

    Scenario("a route has several sources and several targets") {
      on("several")
      send("/several", "i", "1")
      oscsend(left.host, other, "/several", "i", "2")
      Then("what comes in by each goes out by each")
      for (program <- Seq(stage, pit))
        eventually(program.messages.filter(_.startsWith("/several")).toSet shouldBe Set("/several i 1", "/several i 2"))
    }

    Scenario("a sender that runs on all machines sends from every one of them") {
      on("all")
      send("/to/screens", "i", "1")
      Then("the program behind it hears it from both")
      eventually(screens.messages.count(_ == "/to/screens i 1") shouldBe 2)
      heard(screens, 2) shouldBe Seq.fill(2)("/to/screens i 1")
    }

    Scenario("osc:* is every sender of that protocol") {
      on("senders")
      send("/to/everyone", "i", "1")
      Then("each of them sends it, wherever it runs")
      for ((program, times) <- Seq(stage -> 1, pit -> 1, screens -> 2, onTablet -> 1))
        eventually(program.messages.count(_ == "/to/everyone i 1") shouldBe times)
    }

    Scenario("a message does not go back to where it came from, unless the route says so") {
      on("silent")
      on("echoed")
      oscsend(foh.host, tablet, "/button", "i", "1")
      oscsend(foh.host, tablet, "/fader", "f", "0.5")
      Then("the pit gets both, the tablet only the one with echo")
      def fromTablet(program: Oscdump) = program.messages.filter(Seq("/button i 1", "/fader f 0.500000").contains(_))
      eventually(fromTablet(pit) shouldBe Seq("/button i 1", "/fader f 0.500000"))
      eventually(fromTablet(onTablet) shouldBe Seq("/fader f 0.500000"))
    }

    Scenario("a sender that aims at a listener of the same show makes no storm") {
      on("ring")
      def counts = { // each as its own machine counts it
        def number(name: String, on: Machine, counter: String) = endpoint(on.status, name, on).path(counter).asInt
        (number("ring-in", foh, "in"), number("ring-out", left, "out"), number("ring-in", foh, "dropped"))
      }
      val (in, out, dropped) = counts

      When("one message goes round")
      oscsend(foh.host, ring, "/ring", "i", "1")
      Then("after eight routes it is dropped and counted")
      eventually(counts shouldBe ((in + 9, out + 8, dropped + 1)))

      When("the next one has gone round too")
      oscsend(foh.host, ring, "/ring", "i", "2")
      Then("there is no more of the first one")
      eventually(counts shouldBe ((in + 18, out + 16, dropped + 2)))
    }

    Scenario("a controller may send a pattern, which chooses among the addresses that routes name") {
      on("mute-1")
      on("mute-2")
      send("/mixer/*/mute", "T")
      Then("each of these routes gets its own address, not the pattern")
      heard(stage) shouldBe Seq("/mixer/1/mute T #T", "/second/mute T #T")

      When("the pattern stands for one of them only")
      send("/mixer/[2-9]/{mute,solo}", "F")
      Then("only that one is used")
      heard(stage) shouldBe Seq("/second/mute F #F")
    }

    Scenario("what no route names goes nowhere") {
      Given("an address that no route matches")
      heard(stage)
      send("/nobody/wants/this", "i", "1")
      Then("it is heard nowhere, and is no error: it just counts as come in")
      heard(stage) shouldBe empty
      val heardBy = endpoint(foh.status, "desk", foh)
      heardBy.path("errors").asInt shouldBe 0
      foh.get("/api/history?match=/nobody/wants/this").size shouldBe 1
    }
  }

  private def on(route: String): Unit = {
    Given(Rehearsal.line(show.file, route))
    show.areTogether() shouldBe true
    heard(stage)
    ()
  }

  private def send(message: String*): Unit = {
    When(message.mkString("a controller sends ", " ", ""))
    oscsend(foh.host, desk, message: _*)
  }

  /** What a program has heard between the last mark and one that is sent now. */
  private def heard(program: Oscdump, instances: Int = 1): Seq[String] = {
    marks += 1
    oscsend(foh.host, desk, s"/mark/$marks")
    eventually(program.messages.count(_ == s"/mark/$marks") shouldBe instances)
    val all = program.messages
    val (before, now) = (all.indexWhere(_ == s"/mark/${marks - 1}"), all.indexWhere(_ == s"/mark/$marks"))
    all.slice(before + 1, now).filterNot(_.startsWith("/mark/"))
  }
}
