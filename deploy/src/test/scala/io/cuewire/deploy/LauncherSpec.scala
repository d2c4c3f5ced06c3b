package io.cuewire.deploy

import java.nio.file.{Files, Path}
import java.nio.file.StandardCopyOption.COPY_ATTRIBUTES
import java.nio.file.attribute.FileTime

class LauncherSpec extends OnStage {

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

    Scenario("somebody copies the folder to another machine, and each file has the time of its copy") {
      Given("such a copy")
      val copy = scene.file("copied")
      val files = Files.walk(dist)
      try files.forEach(file => Files.copy(file, copy.resolve(dist.relativize(file).toString), COPY_ATTRIBUTES))
      finally files.close()
      val jar = copy.resolve("lib/cuewire.jar") // copied a little before its caches
      Files.setLastModifiedTime(jar, FileTime.from(Files.getLastModifiedTime(jar).toInstant.minusSeconds(60)))

      When("its node is started")
      Then("it says nothing of caches that do not fit, only what it has to say")
      output(copy, "node", "--show", "none.yaml", "--name", "foh") shouldBe "none.yaml:1:1: there is no such file\n"

      And("who looks around waits for new ones")
      pretendToMakeCaches(copy)
      output(copy, "--version") should include("makes caches")
    }
  }

  /** Its caches are only said to be made, and its program is no program. */
  private def withoutCaches(): Path = {
    val home = Files.createDirectory(scene.file("updated"))
    Seq("bin", "lib").foreach(folder => Files.createDirectory(home.resolve(folder)))
    Seq("cuewire", "jdk.sh").foreach(file => Files.copy(dist.resolve("bin").resolve(file), home.resolve("bin").resolve(file), COPY_ATTRIBUTES))
    pretendToMakeCaches(home)
    Files.createFile(home.resolve("lib/cuewire.jar"))
    home
  }

  private def pretendToMakeCaches(home: Path): Unit =
    Files.writeString(home.resolve("bin/cuewire-cache"), "#!/bin/sh\necho makes caches\n").toFile.setExecutable(true)

  private def output(home: Path, arguments: String*): String = {
    val process = new ProcessBuilder((home.resolve("bin/cuewire").toString +: arguments): _*).redirectErrorStream(true).start()
    new String(process.getInputStream.readAllBytes(), "UTF-8")
  }
}
