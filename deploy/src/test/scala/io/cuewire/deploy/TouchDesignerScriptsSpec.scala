package io.cuewire.deploy

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import java.nio.file.Path
import scala.jdk.CollectionConverters._

/** The scripts for TouchDesigner against a stand-in for its `op`: TouchDesigner itself cannot be had here. */
class TouchDesignerScriptsSpec extends OnStage {
  private val json = new ObjectMapper()
  private val standIn = Path.of(getClass.getResource("/touchdesigner.py").toURI)

  Feature("The callbacks of an OSC In DAT apply OPERATOR/PARAMETER value") {
    Scenario("numbers, texts, toggles and menus get the value in their own type") {
      When("a message arrives for a parameter of each kind")
      val after = received(
        m("/project1/geo1/sx", 2.5),
        m("/project1/geo1/copies", 2.9999),
        m("/project1/geo1/display", 1),
        m("/project1/geo1/xord", "rst"),
        m("/project1/geo1/material", "/project1/phong1"),
        m("/project1/movie1/file", "clip.mov")
      )

      Then("they have it, and the textport has nothing to say")
      after.par("/project1/geo1/sx").asDouble shouldBe 2.5
      after.par("/project1/geo1/copies").asInt shouldBe 3
      after.par("/project1/geo1/display").asBoolean shouldBe true
      after.par("/project1/geo1/xord").asText shouldBe "rst"
      after.par("/project1/geo1/material").asText shouldBe "/project1/phong1"
      after.par("/project1/movie1/file").asText shouldBe "clip.mov"
      after.textport shouldBe empty
    }

    Scenario("a number, a boolean or a word switches a toggle; a number picks a menu item") {
      def display(values: Any*): Boolean = received(values.map(m("/project1/geo1/display", _)): _*).par("/project1/geo1/display").asBoolean
      for (on <- Seq[Any](1, 1.0, true, "on", "1")) withClue(on)(display(0, on) shouldBe true)
      for (off <- Seq[Any](0, 0.0, false, "off", "0")) withClue(off)(display(1, off) shouldBe false)
      received(m("/project1/geo1/xord", 1)).par("/project1/geo1/xord").asText shouldBe "str"
    }

    Scenario("a pulse is pulsed when the value is true, and by a message without a value, not by a button's release") {
      val after = received(
        m("/project1/movie1/cuepulse", 1),
        m("/project1/movie1/cuepulse", 0),
        m("/project1/movie1/cuepulse", true),
        m("/project1/movie1/cuepulse", false),
        m("/project1/movie1/cuepulse"),
        m("/project1/movie1/hold", 1.0)
      )
      after.par("/project1/movie1/cuepulse").asInt shouldBe 3
      after.par("/project1/movie1/hold").asInt shouldBe 1
      after.textport shouldBe empty
    }

    Scenario("what does not exist is said once, and the next message works") {
      When("a fader sends a hundred messages to an operator, and to a parameter, that do not exist")
      val fader = (1 to 100).flatMap(n => Seq(m("/project1/gone/sx", n), m("/project1/geo1/gone", n)))
      val after = received(fader :+ m("/project1/geo1/sx", 2.5): _*)

      Then("the textport has one line for each")
      after.textport shouldBe Seq("Cuewire: /project1/gone: no such operator", "Cuewire: /project1/geo1/gone: no such parameter")
      after.par("/project1/geo1/sx").asDouble shouldBe 2.5
    }

    Scenario("a value that does not fit changes nothing, is said once, and throws nothing at TouchDesigner") {
      val wrong = Seq(
        m("/project1/geo1/sx", "wide"),
        m("/project1/geo1/xord", "upside down"),
        m("/project1/geo1/xord", 17),
        m("/project1/geo1/copies", Seq(1, 2)),
        m("/project1/geo1/display"),
        m("/project1/movie1/file", 1, 2)
      )
      val after = received(wrong ++ wrong :+ m("/project1/geo1/display", 1): _*)

      after.par("/project1/geo1/sx").asDouble shouldBe 1.0
      after.par("/project1/geo1/xord").asText shouldBe "srt"
      after.par("/project1/geo1/copies").asInt shouldBe 1
      after.par("/project1/movie1/file").asText shouldBe ""
      after.par("/project1/geo1/display").asBoolean shouldBe true
      after.textport.map(_.split(": ")(1)) shouldBe
        Seq("/project1/geo1/sx", "/project1/geo1/xord", "/project1/geo1/copies", "/project1/geo1/display", "/project1/movie1/file")
      after.textport(1) should include("only srt, str, rst")
    }

    Scenario("what is no parameter, such as a scene's name, comes to onCue") {
      val after = received(m("/scene", "intro"), m("/scene", "finale"), m("/emergency_stop", 1))
      after.textport.map(_.split(": ")(1)) shouldBe Seq("/scene", "/emergency_stop")
      after.textport.foreach(_ should include("onCue"))
    }
  }

  Feature("An Execute DAT tells how fast TouchDesigner runs") {
    Scenario("once a second, the frames that were really made, and the frame") {
      When("TouchDesigner makes 50 frames a second for three seconds")
      val sent = frames(151).sent

      Then("it has sent both values three times")
      sent.map(_.get(0).asText) shouldBe Seq.fill(3)(Seq("/status/fps", "/status/frame")).flatten
      sent.filter(_.get(0).asText == "/status/fps").foreach(_.get(1).asDouble shouldBe 50.0 +- 0.001)
      sent.filter(_.get(0).asText == "/status/frame").foreach(_.get(1).isInt shouldBe true)
    }

    Scenario("without the OSC Out DAT it says so once, and TouchDesigner goes on") {
      val after = frames(301, "--without-osc-out")
      after.textport should have size 1
      after.textport.head should include("oscout_status")
    }
  }

  private case class After(result: JsonNode) {
    def par(path: String): JsonNode = result.path("pars").path(path)
    def textport: Seq[String] = result.path("textport").asScala.map(_.asText).toSeq
    def sent: Seq[JsonNode] = result.path("sent").asScala.toSeq
  }

  private def m(address: String, args: Any*): Seq[Any] = Seq("onReceiveOSC", "oscin1", 1, address, "", 0.0, address, args, "peer")

  private def received(messages: Seq[Any]*): After = played("osc_in_callbacks.py", messages)

  private def frames(count: Int, more: String*): After = played("execute_status.py", (1 to count).map(n => Seq("onFrameEnd", n)), more: _*)

  private def played(script: String, calls: Seq[Seq[Any]], more: String*): After = {
    needs("python3")
    val file = Cuewire.dist.resolve(s"touchdesigner/$script").toString
    val said = run(Seq("python3", standIn.toString, file, json.writeValueAsString(java(calls))) ++ more)
    withClue(said)(said.exit shouldBe 0)
    After(Machine.parse(said.out))
  }

  private def java(value: Any): Any = value match {
    case several: Seq[_] => several.map(java).asJava
    case single          => single
  }
}
