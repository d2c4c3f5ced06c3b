package io.cuewire.deploy

import java.nio.file.{Files, Path}

/** A second of `bench/run fuzz` for each listener; its long form runs for a minute each. */
class FuzzSpec extends OnStage {
  Feature("Nothing that comes from the network stops a listener") {
    Scenario("every listener of a node gets random and mutated bytes") {
      Given("the program that does it, as bench/run starts it")
      val bench = Path.of("../bench/target/classes")
      Files.exists(bench.resolve("io/cuewire/bench/Fuzz.class")) shouldBe true
      val java = Path.of(System.getProperty("java.home"), "bin", "java").toString

      When("it has run for a second a listener")
      val running = scene.start(
        "fuzz",
        Seq(java, "-Xmx256m", s"-Dcuewire.dist=${Cuewire.dist}", s"-Dbench.results=${scene.file("results.md")}") ++
          Seq("-cp", s"$bench:${Cuewire.dist}/lib/*", "-Dbench.seconds=1", "io.cuewire.bench.Bench", "fuzz")
      )

      val exit = running.exitCode(patienceSeconds = 180)

      Then("each listener still carries messages, and the node is no larger than before")
      withClue(running.output + running.errors) {
        exit shouldBe 0
        running.output should include("| fuzz: listeners that carry no message afterwards | 0 |")
        running.output should not include "missed"
      }
    }
  }
}
