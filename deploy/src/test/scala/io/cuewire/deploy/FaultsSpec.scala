package io.cuewire.deploy

import io.cuewire.deploy.Rehearsal.{endpoint, state}
import java.io.{BufferedReader, IOException, InputStreamReader}
import java.net.Socket
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Path, StandardOpenOption}
import scala.jdk.CollectionConverters._
import scala.util.Try

/** What a machine can do to its node: the disk, the clock, the system's limits. The node says so, and carries on. */
class FaultsSpec extends OnStage {
  private val DataFolder = "cannot be written"

  /** What a status says of a machine's own troubles. */
  private def warning(of: Machine, at: Machine): String =
    at.status.path("nodes").asScala.find(_.path("name").asText == of.name).fold("missing")(_.path("warning").asText)

  private def warns(of: Machine, at: Machine)(parts: String*): Unit = eventually {
    val text = warning(of, at)
    parts.foreach(text should include(_))
  }

  /** It may say that it stood still: the machine of the tests is a busy one. */
  private def warnsNoMore(of: Machine, at: Machine): Unit = eventually {
    val text = warning(of, at)
    Seq("cannot be written", "file handles", "clock", "internal error").foreach(text should not include _)
  }

  /** One machine that stops a show program. */
  private def solo(port: Int) = {
    val foh = Machine("foh", "127.0.0.1")
    new Rehearsal(scene, Seq(foh), s"endpoints:\n  td: {protocol: osc, send: 127.0.0.1:$port, on: foh}\n")
  }

  /** Starts its node with a file system of its own for the data. */
  private def startOn(show: Rehearsal, data: Path, mounting: String): Running = {
    needs("unshare", "nsenter")
    Files.createDirectories(data)
    val node = Seq(Cuewire.program, "node", "--show", show.file.toString, "--name", "foh", "--data", data.toString)
    val unshared = run(Seq("unshare", "-m", "true"))
    if (unshared.exit != 0) skip(s"mounting needs root: ${unshared.err.trim}")
    scene.start("foh", Seq("unshare", "-m", "sh", "-c", s"$mounting && exec \"$$@\"", "sh") ++ node)
  }

  private def stopArrives(show: Rehearsal, td: Oscdump): Unit = {
    cuewire("estop", "--at", show.machines.head.url).exit shouldBe 0
    eventually(td.messages should contain("/emergency_stop i 1"))
    ()
  }

  Feature("A node whose disk fails runs the show, and says what it cannot keep") {
    Scenario("the disk is full, and somebody makes room") {
      Given("a node whose disk has filled up")
      val td = oscdump()
      val show = solo(td.port)
      val foh = show.machines.head
      val data = scene.file("full")
      val node = startOn(show, data, s"mount -t tmpfs -o size=256k none $data")
      warnsNoMore(foh, foh)
      val there = Path.of(s"/proc/${node.pid}/root$data")
      fill(there.resolve("recording.mov"))

      Then("its status says so")
      warns(foh, foh)(DataFolder, "No space left on device", data.toString)

      When("the emergency stop is entered")
      Then("it arrives, and the status says that nobody would remember it")
      stopArrives(show, td)
      warns(foh, foh)("emergency-stop.json cannot be written", "a restart of all nodes would forget it")

      When("there is room again")
      Files.delete(there.resolve("recording.mov"))

      Then("all is in order: the stop is kept, and the log goes on")
      warnsNoMore(foh, foh)
      new String(Files.readAllBytes(there.resolve("emergency-stop.json")), UTF_8) should include("no reason given")
      eventually(new String(Files.readAllBytes(there.resolve("cuewire.log")), UTF_8) should include("in order again"))
      withClue("the terminal is not flooded")(node.lines.count(_.contains(DataFolder)) should be <= 4)
    }

    Scenario("the disk is read-only from the start, and is repaired") {
      Given("a node that is started on it")
      val td = oscdump()
      val show = solo(td.port)
      val foh = show.machines.head
      val data = scene.file("read-only")
      val node = startOn(show, data, s"mount --bind $data $data && mount -o remount,bind,ro $data")

      Then("it runs, and says so")
      warns(foh, foh)(DataFolder, "Read-only file system")
      stopArrives(show, td)

      When("it can be written")
      run(Seq("nsenter", "-t", node.pid.toString, "-m", "mount", "-o", "remount,bind,rw", data.toString)).exit shouldBe 0

      Then("all is in order")
      warnsNoMore(foh, foh)
      Files.exists(data.resolve("emergency-stop.json")) shouldBe true
    }

    Scenario("there is no such folder and there cannot be one") {
      Given("a node that is told to keep its data below a file")
      val show = solo(Ports.free())
      val foh = show.machines.head
      val file = scene.file("a-file")
      Files.createFile(file)
      scene.start("foh", Seq(Cuewire.program, "node", "--show", show.file.toString, "--name", "foh", "--data", s"$file/data"))

      Then("it runs, and says so")
      warns(foh, foh)(DataFolder, "Not a directory")
      eventually(endpoint(foh.status, "td", foh).path("state").asText shouldBe "connected")
    }
  }

  Feature("A node whose clock is set carries on") {
    Scenario("by an hour, forwards and back") {
      Given("a machine that can be given another time")
      needs("faketime")
      val preload = Path.of("/usr/lib").toFile.listFiles.map(_.toPath.resolve("faketime/libfaketime.so.1")).find(Files.exists(_))
      val library = preload.getOrElse(skip("libfaketime.so.1 is not where it was looked for"))
      val td = oscdump()
      val in = Ports.free()
      val foh = Machine("foh", "127.0.0.1")
      val show = new Rehearsal(
        scene,
        Seq(foh),
        s"""endpoints:
           |  in: {protocol: osc, listen: $in, silence: 1m, on: [foh]}
           |  td: {protocol: osc, send: 127.0.0.1:${td.port}, on: foh}
           |routes: {all: {from: in, to: td}}
           |"""
      )
      val time = scene.file("time")
      Files.writeString(time, "+0")
      val set = Map(
        "LD_PRELOAD" -> library.toString,
        "FAKETIME_TIMESTAMP_FILE" -> time.toString,
        "FAKETIME_CACHE_DURATION" -> "1",
        "FAKETIME_DONT_FAKE_MONOTONIC" -> "1",
        "DONT_FAKE_MONOTONIC" -> "1"
      )
      val node = Seq(Cuewire.program, "node", "--show", show.file.toString, "--name", "foh", "--data", scene.file("foh").toString)
      val changing = scene.start("foh", node, set)
      eventually(endpoint(foh.status, "in", foh).path("state").asText shouldBe "listening")

      for ((offset, told) <- Seq("+3600" -> "forwards", "-3600" -> "back")) {
        When(s"its clock is set to $offset seconds")
        Files.writeString(time, offset)

        Then("its status says so, and nothing has stopped")
        warns(foh, foh)("the clock has jumped", told)
        endpoint(foh.status, "in", foh).path("state").asText shouldBe "listening"
        oscsend(foh.host, in, s"/after/$told", "i", "1")
        eventually(td.messages should contain(s"/after/$told i 1"))
        cuewire("set", "/project1/geo1", "sx", "1.0", "--at", foh.url).exit shouldBe 0
        foh.status.path("cluster").asText shouldBe "member"
      }
      withClue("it is told once each time")(changing.lines.count(_.contains("the clock has jumped")) shouldBe 2)
    }
  }

  Feature("A node that may open no more files and sockets keeps those it has") {
    Scenario("the limit is reached, and raised again") {
      Given("two machines, and a client of each kind of listener")
      needs("prlimit")
      val td = oscdump()
      val (tcp, web, hub) = (Ports.free(), Ports.free(), Ports.free())
      val foh = Machine("foh", "127.0.0.1")
      val stage = Machine("stage-left", "127.0.0.2")
      val show = new Rehearsal(
        scene,
        Seq(foh, stage),
        s"""endpoints:
           |  control: {protocol: tcp, listen: $tcp, on: foh}
           |  web: {protocol: http, listen: $web, on: foh}
           |  hub: {protocol: websocket, listen: $hub, on: foh}
           |  td: {protocol: osc, send: 127.0.0.1:${td.port}, on: foh}
           |routes: {all: {from: control, to: td}}
           |"""
      )
      val nodes = show.startAll()
      oneCluster(show)
      eventually(endpoint(foh.status, "control", foh).path("state").asText shouldBe "listening")
      val before = new Client(tcp)
      before.says("/before 1")
      eventually(td.messages should contain("/before i 1"))

      When("it may open nothing more")
      limit(nodes(foh), "16")

      Then("the others are told, and the node is still one of them")
      warns(foh, stage)("out of file handles (limit 16)")
      state(stage.status, foh) shouldBe "up"

      And("the connection there is goes on, and so does the link")
      before.says("/during 1")
      eventually(td.messages should contain("/during i 1"))
      cuewire("send", "td", "/linked", "1", "--at", stage.url).exit shouldBe 0
      eventually(td.messages should contain("/linked i 1"))

      When("more clients call: they have to wait")
      val callers = Seq(tcp, web, hub, foh.api).map(new Client(_))
      callers.head.says("/waited 1")
      callers.tail.foreach(_.says("GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r"))
      eventually(nodes(foh).output should include("callers have to wait"))
      state(stage.status, foh) shouldBe "up"

      And("the limit is raised")
      limit(nodes(foh), "4096")

      Then("they are served, and the warning is gone")
      warnsNoMore(foh, stage)
      eventually(td.messages should contain("/waited i 1"))
      callers.tail.foreach(_.line() should startWith("HTTP/1.1 "))
      Seq("control", "web", "hub").foreach(endpoint(foh.status, _, foh).path("state").asText shouldBe "listening")
      state(stage.status, foh) shouldBe "up"
      withClue("the terminal is not flooded")(nodes(foh).lines.size should be < 100)
    }
  }

  private def limit(node: Running, handles: String): Unit = {
    run(Seq("prlimit", "--pid", node.pid.toString, s"--nofile=$handles:")).exit shouldBe 0
    ()
  }

  private def fill(file: Path): Unit = {
    val channel = Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
    try Iterator.continually(Try(channel.write(java.nio.ByteBuffer.allocate(4096)))).find(_.failed.toOption.exists(_.isInstanceOf[IOException]))
    finally channel.close()
    ()
  }

  /** Somebody at a TCP port. */
  private class Client(port: Int) {
    private val socket = new Socket("127.0.0.1", port)
    scene.afterwards(socket.close())
    socket.setSoTimeout(20000)
    private val reader = new BufferedReader(new InputStreamReader(socket.getInputStream, UTF_8))

    def says(line: String): Unit = socket.getOutputStream.write(s"$line\n".getBytes(UTF_8))

    def line(): String = reader.readLine()
  }
}
