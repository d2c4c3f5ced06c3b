package io.cuewire.deploy

import java.io.IOException
import java.net.{DatagramSocket, InetAddress, InetSocketAddress, ServerSocket}
import java.nio.file.{Files, Path}
import java.util.concurrent.ConcurrentHashMap
import scala.jdk.CollectionConverters._
import scala.util.{Random, Try}

/** Ports that are free now, none of them twice. Below those that the system gives to outgoing connections. */
object Ports {
  private val handedOut = ConcurrentHashMap.newKeySet[Int]()

  /** The first of so many consecutive ports that are free on every address of this machine, for TCP and UDP. */
  def free(count: Int = 1): Int =
    Iterator
      .continually(15000 + Random.nextInt(17000))
      .map(first => first until first + count)
      .find(ports => ports.forall(p => !handedOut.contains(p) && isFree(p)) && ports.forall(handedOut.add))
      .map(_.head)
      .getOrElse(throw new IOException("no free port"))

  private def isFree(port: Int) = isFreeTcp("0.0.0.0", port) && isFreeUdp("0.0.0.0", port)

  /** Whether a server can have this port at once: SO_REUSEADDR, as servers set it, ignores connections that are past. */
  def isFreeTcp(host: String, port: Int): Boolean = Try {
    val socket = new ServerSocket()
    try {
      socket.setReuseAddress(true)
      socket.bind(new InetSocketAddress(host, port))
    } finally socket.close()
  }.isSuccess

  def isFreeUdp(host: String, port: Int): Boolean =
    Try(new DatagramSocket(new InetSocketAddress(InetAddress.getByName(host), port)).close()).isSuccess

  /** Whether a program has this UDP port open; looks without taking it, even for a moment. */
  def isOpenUdp(port: Int): Boolean = {
    val hex = f":$port%04X"
    Seq("/proc/net/udp", "/proc/net/udp6")
      .map(Path.of(_))
      .filter(Files.exists(_))
      .flatMap(Files.readAllLines(_).asScala)
      .exists(_.trim.split("\\s+").lift(1).exists(_.endsWith(hex)))
  }

  /** Whether a server listens on this TCP port by IPv4; looks without taking it, or the server could find it in use. */
  def isOpenTcp(port: Int): Boolean = {
    val hex = f":$port%04X"
    val listening = "0A"
    Files.readAllLines(Path.of("/proc/net/tcp")).asScala.map(_.trim.split("\\s+")).exists { words =>
      words.lift(1).exists(_.endsWith(hex)) && words.lift(3).contains(listening)
    }
  }
}
