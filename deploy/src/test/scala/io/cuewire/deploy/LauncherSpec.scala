package io.cuewire.deploy

import java.nio.file.{Files, Path}
import java.nio.file.StandardCopyOption.COPY_ATTRIBUTES

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

    Scenario("somebody stops the show with a Cuewire that was updated a moment ago") {
      Given("a distribution that has no start-up caches yet")
      val fresh = withoutCaches()

      When("its node is to stop everything")
      Then("that does not wait until the caches are made")
      output(fresh, "estop") should not include "makes caches"
      output(fresh, "scene", "blackout") should not include "makes caches"

      And("who only looks around waits for them once")
      output(fresh, "--version") should include("makes caches")
    }
  }

  /** Its caches are only said to be made, and its program is no program. */
  private def withoutCaches(): Path = {
    val home = Files.createTempDirectory("updated")
    Seq("bin", "lib").foreach(folder => Files.createDirectory(home.resolve(folder)))
    Seq("cuewire", "jdk.sh").foreach(file => Files.copy(dist.resolve("bin").resolve(file), home.resolve("bin").resolve(file), COPY_ATTRIBUTES))
    val caches = Files.writeString(home.resolve("bin/cuewire-cache"), "#!/bin/sh\necho makes caches\n")
    caches.toFile.setExecutable(true)
    Files.createFile(home.resolve("lib/cuewire.jar"))
    home
  }

  private def output(home: Path, arguments: String*): String = {
    val process = new ProcessBuilder((home.resolve("bin/cuewire").toString +: arguments): _*).redirectErrorStream(true).start()
    new String(process.getInputStream.readAllBytes(), "UTF-8")
  }
}
