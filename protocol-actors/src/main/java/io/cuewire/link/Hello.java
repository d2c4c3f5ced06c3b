package io.cuewire.link;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What both sides of a link say first.
 *
 * @param showVersion a fingerprint of the show file
 * @param incarnation differs with each process of a node
 */
public record Hello(String show, String showVersion, String node, long incarnation) {
  private static final int MAGIC = 0x43554557; // "CUEW"
  private static final int VERSION = 1;

  void write(DataOutputStream out) throws IOException {
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.writeUTF(show);
    out.writeUTF(showVersion);
    out.writeUTF(node);
    out.writeLong(incarnation);
    out.flush();
  }

  static Hello read(DataInputStream in) throws IOException {
    if (in.readInt() != MAGIC || in.readInt() != VERSION) {
      throw new IOException("the other side is no Cuewire node of this version");
    }
    return new Hello(in.readUTF(), in.readUTF(), in.readUTF(), in.readLong());
  }
}
