package io.cuewire.deploy

import io.cuewire.deploy.Rehearsal.state
import java.nio.file.{Files, Path}

class ShellSpec extends OnStage {
  private val (foh, left) = (Machine("foh", "127.0.0.1"), Machine("stage-left", "127.0.0.2"))
  private val desk = Ports.free()

  private lazy val show = new Rehearsal(
    house,
    Seq(foh, left),
    s"""endpoints:
       |  desk:    {protocol: osc, listen: $desk, on: foh}
       |  program: {protocol: osc, send: "127.0.0.1:${Ports.free()}", on: stage-left}
       |routes:
       |  faders: {from: desk, match: "/fader/*", to: program}
       |"""
  )
  private lazy val nodes = {
    val nodes = show.startAll()
    eventually(show.areTogether() shouldBe true)
    nodes
  }

  private def shell(at: Machine, environment: Map[String, String] = Map.empty): TypedShell = {
    needs("python3")
    nodes
    val shell = new TypedShell(scene, Seq("--at", at.url), Map("XDG_STATE_HOME" -> scene.file("state").toString) ++ environment)
    sees(shell, s"$at member> ")
    shell
  }

  private def sees(shell: TypedShell, text: String) = eventually(withClue(shell.tail)(shell.screen should include(text)))

  private def history: Path = scene.file("state/cuewire/history")

  Feature("A shell for whoever runs the show") {
    Scenario("an operator lets Tab type the names of the show") {
      Given("a shell at a show of two machines")
      val typed = shell(foh)

      When("he begins a command, and presses Tab for each of its words")
      typed.press("endpoint rest\t")
      sees(typed, "endpoint restart ")
      typed.press("des\t")
      sees(typed, "k ")
      typed.press("\r")

      Then("the endpoint that he meant is restarted")
      sees(typed, "listening")
      sees(typed, "foh member> ")

      When("several names fit")
      typed.press("send \t")

      Then("they are listed")
      sees(typed, "desk")
      sees(typed, "program")

      When("he gives the line up, and leaves")
      typed.press("\u0003")
      sees(typed, "foh member> ")
      typed.press("\u0004")

      Then("the shell ends as its last command did")
      typed.exitCode() shouldBe 0
    }

    Scenario("he watches what passes, and goes on") {
      Given("a shell")
      val typed = shell(foh)

      When("he follows the history")
      typed.enter("history --follow --match /fader/9")
      eventually {
        oscsend(foh.host, desk, "/fader/9", "f", "0.5")
        typed.screen should include("/fader/9 0.5")
      }

      And("presses Ctrl-C")
      typed.press("\u0003")

      Then("that ends what he watched, and not the shell")
      sees(typed, "foh member> ")
      typed.enter("routes")
      sees(typed, "faders")
      typed.enter("exit")
      typed.exitCode() shouldBe 0
    }

    Scenario("he is asked before he does what cannot be taken back") {
      Given("a shell")
      val typed = shell(foh)
      When("he wants to drain a machine")
      typed.enter("node drain stage-left")
      sees(typed, "make it leave? [y/N] ")
      And("thinks again")
      typed.enter("")
      Then("nothing is done")
      sees(typed, "nothing was done")
      state(foh.status, left) shouldBe "up"
      typed.enter("quit")
      typed.exitCode() shouldBe 1
    }

    Scenario("he comes back the next day") {
      Given("a shell in which something was typed, also a secret")
      val first = shell(foh)
      first.enter("routes --token sesame")
      sees(first, "faders")
      first.enter("endpoints")
      sees(first, "program")
      first.enter("exit")
      first.exitCode() shouldBe 0

      When("he starts another one, and presses the up key: once, and once more")
      val second = shell(foh)
      second.press("\u001b[A")
      sees(second, "exit")
      second.press("\u001b[A\r")

      Then("what he typed before the exit runs again")
      sees(second, "ENDPOINT")

      And("the secret is kept nowhere")
      new String(Files.readAllBytes(history), "UTF-8") should not include "sesame"
    }

    Scenario("his home cannot be written") {
      Given("a file where the folder of the history would be")
      val file = Files.createFile(scene.file("occupied"))
      Then("the shell works without a history")
      val typed = shell(foh, Map("XDG_STATE_HOME" -> file.toString))
      typed.enter("routes")
      sees(typed, "faders")
    }

    Scenario("his terminal can do nothing but print") {
      Given("a shell with TERM=dumb")
      val typed = shell(foh, Map("TERM" -> "dumb"))
      When("he types a command, and stops another with Ctrl-C")
      typed.enter("routes")
      sees(typed, "faders")
      typed.enter("history --follow")
      eventually {
        oscsend(foh.host, desk, "/fader/1", "f", "0.5")
        typed.screen should include("/fader/1")
      }
      typed.press("\u0003")
      Then("he is asked for the next, and no cursor was moved")
      sees(typed, "foh member> ")
      typed.enter("nodes")
      sees(typed, "stage-left")
      typed.tail should not include "\u001b"
      typed.press("\u0004")
      typed.exitCode() shouldBe 0
    }
  }

  Feature("A shell takes commands from a program") {
    Scenario("a script pipes them in") {
      nodes
      def piped(lines: String, environment: Map[String, String] = Map.empty) =
        run(Seq("bash", "-c", s"printf '$lines' | ${Cuewire.program} shell --at ${foh.url}"), environment)

      Then("they are carried out without prompts, and the last one's exit code counts")
      val said = piped("# who is there\\nnodes\\nroutes --json\\nexit\\n")
      withClue(said) {
        said.exit shouldBe 0
        said.err shouldBe empty
        said.out should startWith(" NODE")
        Machine.parse(said.out.dropWhile(_ != '[')).get(0).path("name").asText shouldBe "faders"
        said.out should not include "member>"
      }
      piped("nodes\\nsend nobody /x\\n").exit shouldBe 1
      piped("send nobody /x\\nnodes\\n").exit shouldBe 0
    }
  }

  Feature("A shell outlives the machine that it talks to") {
    Scenario("that machine's process is killed") {
      Given("a shell at the first of two machines")
      val typed = shell(foh)

      When("its process is killed while nobody types")
      nodes(foh).crash()

      Then("the shell says that it goes on with the other, and shows its prompt")
      sees(typed, s"foh does not answer; going on with stage-left at ${left.url}")
      sees(typed, "stage-left member> ")

      And("commands are carried out there")
      eventually(state(left.status, foh) shouldBe "down")
      typed.enter("nodes")
      eventually(typed.screen should include regex "foh +127.0.0.1 +down")
    }
  }
}
