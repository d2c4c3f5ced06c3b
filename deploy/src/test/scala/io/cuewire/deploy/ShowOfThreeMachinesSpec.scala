package io.cuewire.deploy

import com.fasterxml.jackson.databind.JsonNode
import io.cuewire.deploy.Rehearsal.endpoint
import java.net.{DatagramPacket, DatagramSocket, InetAddress, InetSocketAddress}
import java.nio.charset.StandardCharsets.US_ASCII
import java.util.HexFormat
import scala.jdk.CollectionConverters._

class ShowOfThreeMachinesSpec extends OnStage {
  private val (foh, left, right) = Machine.three()
  private val desk = Ports.free()
  private val camera = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))
  private lazy val behindLeft = oscdump(house)
  private lazy val behindRight = oscdump(house)

  private lazy val show = {
    val show = new Rehearsal(
      house,
      Seq(foh, left, right),
      s"""endpoints:
         |  desk-in:    {protocol: osc, listen: $desk, on: foh}
         |  to-left:    {protocol: osc, send: "127.0.0.1:${behindLeft.port}", on: stage-left}
         |  to-right:   {protocol: osc, send: "127.0.0.1:${behindRight.port}", on: stage-right}
         |  to-camera:  {protocol: osc, send: "127.0.0.1:${camera.getLocalPort}", on: stage-left}
         |routes:
         |  everything: {from: desk-in, match: //show, to: [to-left, to-right]}
         |  bytes:      {from: desk-in, match: //bytes, to: to-camera}
         |"""
    )
    show.startAll()
    eventually(show.areTogether() shouldBe true)
    show
  }

  override protected def afterAll(): Unit = {
    camera.close()
    super.afterAll()
  }

  Feature("A show of three machines carries OSC") {
    Scenario("what a controller sends to one machine arrives behind the two others, every type as it was") {
      Given("a show of three machines, and a show program behind two of them")
      show.areTogether() shouldBe true

      When("the controller sends to the first machine, at last a message with an argument of each type")
      oscsend(foh.host, desk, "/no/arguments/show")
      oscsend(
        foh.host,
        desk,
        Seq("/every/type/show", "ifshdcmTFNIS", "-7", "0.25", "two words", "9007199254740993", "0.1", "A", "90403c7f", "sym"): _*
      )

      Then("both show programs get it with the same types and values")
      val arrived =
        "/every/type/show ifshdcmTFNIS -7 0.250000 \"two words\" 9007199254740993 0.100000 'A' MIDI [0x90 0x40 0x3c 0x7f] #T #F Nil Infinitum 'sym"
      for (program <- Seq(behindLeft, behindRight)) eventually {
        program.messages.filter(_.contains("/show")) shouldBe Seq("/no/arguments/show", arrived)
      }
    }

    Scenario("blobs, time tags and arrays cross machines as the very bytes that came") {
      Given("a program that sends what oscsend cannot")
      show.areTogether() shouldBe true
      val packet = osc("/raw/bytes") ++ osc(",ibt[f[s]]") ++
        HexFormat.of().parseHex("00000005" + "00000003" + "fffe0100" + "e9d0a1b2c3d4e5f6" + "3f000000") ++ osc("end")

      When("it sends a message with a blob, a time tag and nested arrays to the first machine")
      camera.send(new DatagramPacket(packet, packet.length, InetAddress.getByName(foh.host), desk))

      Then("behind the second machine the same bytes arrive")
      camera.setSoTimeout(10000)
      val heard = new DatagramPacket(new Array[Byte](2048), 2048)
      camera.receive(heard)
      HexFormat.of().formatHex(heard.getData, 0, heard.getLength) shouldBe HexFormat.of().formatHex(packet)
    }

    Scenario("the machine that has nothing to do with a message counts it") {
      Given("what the third machine shows of the first and of the second")
      show.areTogether() shouldBe true
      def counts = {
        val status = right.status
        (endpoint(status, "desk-in", foh).path("in").asInt, endpoint(status, "to-left", left).path("out").asInt)
      }
      oscsend(foh.host, desk, "/before/show")
      eventually(behindLeft.messages should contain("/before/show"))
      eventually(counts._1 should be > 0)
      val before = eventually {
        val now = counts
        now shouldBe ((number(foh, "desk-in", "in"), number(left, "to-left", "out")))
        now
      }

      When("three messages go from the first to the second")
      (1 to 3).foreach(n => oscsend(foh.host, desk, "/counted/show", "i", n.toString))

      Then("the third machine's status says so: three in here, three out there")
      eventually(counts shouldBe ((before._1 + 3, before._2 + 3)))

      And("so does the command, for those who type")
      val typed = json("status", "--at", right.url)
      endpoint(typed, "desk-in", foh).path("in").asInt shouldBe before._1 + 3
      typed.path("node").asText shouldBe "stage-right"
      typed.path("messages").path("in").asInt should be >= before._1 + 3
    }

    Scenario("anybody can look up afterwards which way a message took") {
      When("a message has gone from the first machine to the two others")
      show.areTogether() shouldBe true
      oscsend(foh.host, desk, "/took/the/way/show", "if", "3", "0.5")
      eventually(behindRight.messages.exists(_.startsWith("/took/the/way/show")) shouldBe true)

      Then("the history names node, endpoint, direction and peer of each step, whichever node is asked")
      def steps(history: Iterable[JsonNode]) = history.map { m =>
        val peer = m.path("peer").asText
        val named = if (m.path("direction").asText == "in") peer.replaceFirst(":\\d+$", ":*") else peer
        Seq(m.path("node").asText, m.path("endpoint").asText, m.path("direction").asText, named).mkString(" ")
      }.toSet
      val expected = Set(
        "foh desk-in in 127.0.0.1:*",
        s"stage-left to-left out 127.0.0.1:${behindLeft.port}",
        s"stage-right to-right out 127.0.0.1:${behindRight.port}"
      )
      for (asked <- show.machines) withClue(asked) {
        def history = asked.get("/api/history?match=/took/the/way/show").asScala
        eventually(steps(history) shouldBe expected)
        history.map(_.path("args").toString).toSet shouldBe Set("[3,0.5]")
        history.foreach(m => m.path("timestamp").asDouble should be > 1.6e9)
      }

      And("the command prints the same, or only what one endpoint did")
      steps(json("history", "--match", "/took/*/way/show", "--at", left.url).asScala) shouldBe expected
      val one = json("history", "--match", "/took/the/way/show", "--endpoint", "to-right", "--at", foh.url).asScala
      one.map(_.path("node").asText).toSeq shouldBe Seq("stage-right")
    }

    Scenario("an operator sends a message out of an endpoint from whichever machine he sits at") {
      When("he types it on the third machine, for an endpoint of the second")
      show.areTogether() shouldBe true
      val said = cuewire("send", "to-left", "/typed", "1", "0.5", "word", "true", "--at", right.url)

      Then("the show program behind the second machine gets it")
      withClue(said)(said.exit shouldBe 0)
      eventually(behindLeft.messages should contain("/typed ifsT 1 0.500000 \"word\" #T"))
      behindRight.messages.filter(_.startsWith("/typed")) shouldBe empty
    }
  }

  private def number(on: Machine, name: String, counter: String) = endpoint(on.status, name, on).path(counter).asInt

  /** Ended by a zero and filled up to a multiple of four, as OSC writes strings. */
  private def osc(text: String): Array[Byte] = {
    val bytes = text.getBytes(US_ASCII)
    bytes ++ new Array[Byte](4 - bytes.length % 4)
  }
}
