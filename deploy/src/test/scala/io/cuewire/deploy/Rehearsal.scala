package io.cuewire.deploy

import com.fasterxml.jackson.databind.{JsonNode, ObjectMapper}
import java.net.URI
import java.net.http.{HttpClient, HttpRequest, HttpResponse}
import java.nio.file.{Files, Path}
import java.time.Duration
import scala.jdk.CollectionConverters._

/** A show machine: on this computer, an address of its own, and where networks are cut, a room of its own.
  *
  * @param room
  *   the network namespace that its programs run in
  */
final case class Machine(name: String, host: String, cluster: Int, api: Int, room: Option[String] = None, witness: Boolean = false) {
  def link: Int = cluster + 1

  /** A program that runs on this machine. */
  def here(command: Seq[String]): Seq[String] = room.fold(command)(r => Seq("ip", "netns", "exec", r) ++ command)

  def url: String = s"http://$host:$api"

  /** As a line of the show file. */
  def inShow: String = s"  $name: {host: $host, cluster: $cluster, api: $api, witness: $witness}"

  /** What the node answers, as a program or a browser would ask it. */
  def get(path: String): JsonNode = room.fold(Machine.ask(url + path))(_ => Machine.curl(here(Seq("curl", "-sSf", "-m", "5", "-H", s"Authorization: Bearer ${Machine.token}", url + path))))

  def status: JsonNode = get("/api/status")

  override def toString: String = name
}

object Machine {

  /** Of the operator, in shows whose machines are not on loopback. */
  val token = "sesame"

  private val json = new ObjectMapper()
  private val client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()

  def apply(name: String, host: String): Machine = Machine(name, host, Ports.free(2), Ports.free())

  /** Those of most scenarios. */
  def three(): (Machine, Machine, Machine) =
    (Machine("foh", "127.0.0.1"), Machine("stage-left", "127.0.0.2"), Machine("stage-right", "127.0.0.3"))

  def parse(text: String): JsonNode = json.readTree(text)

  def ask(url: String): JsonNode = {
    val request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build()
    val answer = client.send(request, HttpResponse.BodyHandlers.ofString())
    if (answer.statusCode() / 100 == 2) parse(answer.body())
    else throw new AssertionError(s"$url answered ${answer.statusCode()}: ${answer.body()}")
  }

  /** This JVM cannot ask from within another network. */
  private def curl(command: Seq[String]): JsonNode = {
    val process = new ProcessBuilder(command.asJava).redirectErrorStream(true).start()
    val answer = new String(process.getInputStream.readAllBytes(), "UTF-8")
    if (process.waitFor() == 0) parse(answer) else throw new AssertionError(s"${command.mkString(" ")}: $answer")
  }
}

/** One show on several machines, each of them a process of the packaged program.
  *
  * @param rest
  *   the show file below its nodes
  */
final class Rehearsal(scope: Scope, val machines: Seq[Machine], rest: String) {
  val file: Path = scope.file(s"show-${machines.head.api}.yaml")
  Files.writeString(file, s"show: rehearsal\n\nnodes:\n${machines.map(_.inShow).mkString("\n")}\n\n${rest.stripMargin}")

  def start(machine: Machine, more: String*): Running =
    scope.start(
      machine.name,
      machine.here(
        Seq(Cuewire.program, "node", "--show", file.toString, "--name", machine.name) ++
          Seq("--data", scope.file(s"data-${machine.api}").toString) ++ more
      )
    )

  def startAll(): Map[Machine, Running] = machines.map(m => m -> start(m)).toMap

  /** Whether each of these machines knows each other as up and itself as a member. */
  def areTogether(those: Seq[Machine] = machines): Boolean = those.forall { m =>
    val status = m.status
    status.path("cluster").asText == "member" && those.forall(other => Rehearsal.state(status, other) == "up")
  }
}

object Rehearsal {

  /** What the show file says of a name, to tell it. */
  def line(file: Path, name: String): String =
    Files.readAllLines(file).asScala.find(_.trim.startsWith(s"$name:")).fold(name)(_.trim.replaceAll(" +", " "))

  /** How a status shows a machine. */
  def state(status: JsonNode, machine: Machine): String =
    status.path("nodes").elements().asScala.find(_.path("name").asText == machine.name).fold("missing")(_.path("state").asText)

  /** How a status shows an endpoint on one machine. */
  def endpoint(status: JsonNode, name: String, on: Machine): JsonNode =
    status
      .path("endpoints")
      .elements()
      .asScala
      .find(e => e.path("name").asText == name && e.path("node").asText == on.name)
      .getOrElse(throw new AssertionError(s"the status of ${status.path("node")} has no $name on $on"))
}

/** The packaged program. */
object Cuewire {
  val dist: Path = Path.of(System.getProperty("cuewire.dist"))
  val program: String = dist.resolve("bin/cuewire").toString
}
