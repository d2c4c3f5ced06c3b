package io.cuewire.deploy

import java.nio.file.{Files, Path}

import org.scalatest.GivenWhenThen
import org.scalatest.featurespec.AnyFeatureSpec
import org.scalatest.matchers.should.Matchers

class LauncherSpec extends AnyFeatureSpec with GivenWhenThen with Matchers {

  private val dist = Path.of(System.getProperty("cuewire.dist"))

  Feature("The unpacked distribution is all that a show machine needs") {
    Scenario("a technician asks which version it is") {
      Given("the distribution")
      val launcher = dist.resolve("bin/cuewire")
      Files.isExecutable(launcher) shouldBe true

      When("its program is asked for its version")
      val process = new ProcessBuilder(launcher.toString, "--version").redirectErrorStream(true).start()
      val output = new String(process.getInputStream.readAllBytes(), "UTF-8")

      Then("it says it and exits with 0")
      process.waitFor() shouldBe 0
      output should include("0.1.0")
    }
  }
}
