package io.cuewire.deploy

import java.nio.file.Path

/** 45 seconds of what `bench/run chaos` does for half an hour. */
class ChaosSpec extends OnStage {
  private val seed = 3

  Feature("The show survives what befalls its machines") {
    Scenario("machines are killed, frozen, cut off and come back while routes, scenes and stops go on") {
      needs("ip", "unshare", "nsenter")
      Given("networks that this program makes and can cut")
      if (run(Seq("unshare", "--net", "--mount", "true")).exit != 0) skip("network namespaces need root")

      When("it has done so for 45 seconds")
      val running = scene.start(
        "chaos",
        Seq(Path.of("../bench/run").toString, "chaos", "--seconds", "45", "--seed", seed.toString),
        Map(
          "CUEWIRE_BUILDING" -> "1", // bench is built before this module
          "CUEWIRE_DIST" -> Cuewire.dist.toString,
          "CUEWIRE_BENCH_RESULTS" -> scene.file("results.md").toString
        )
      )
      val exit = running.exitCode(patienceSeconds = 300)

      Then("nothing acknowledged is lost, no endpoint has two owners, and all nodes are equal")
      withClue(s"bench/run chaos --seed $seed\n${running.output}\n${running.errors}") {
        exit shouldBe 0
        running.output should include("| chaos: acknowledged routes and scenes lost | 0 |")
        running.output should not include "missed"
      }
    }
  }
}
