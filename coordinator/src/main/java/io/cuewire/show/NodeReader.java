package io.cuewire.show;

import io.cuewire.show.Value.Entry;
import java.util.Optional;

/** Reads one entry of {@code nodes}. */
final class NodeReader {
  private static final int LAST_PORT = 65535;

  private NodeReader() {}

  static Optional<ShowNode> read(Entry entry, Fields fields) {
    var host = fields.need("host", "the address the other nodes reach it by", Formats.NODE_HOST);
    var cluster = fields.need("cluster", "a free TCP port, such as 7411", Formats.PORT);
    var link = fields.get("link", Formats.PORT).or(() -> cluster.flatMap(p -> next(fields, p)));
    var api = fields.need("api", "the port of its HTTP interface, such as 7421", Formats.PORT);
    var bind = fields.get("bind", Formats.HOST).or(() -> host);
    var witness = fields.get("witness", Decoders.FLAG, false);
    fields.end();
    if (host.isEmpty() || link.isEmpty() || api.isEmpty() || bind.isEmpty() || cluster.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ShowNode(
            entry.key(), host.get(), cluster.get(), link.get(), api.get(), bind.get(), witness));
  }

  private static Optional<Integer> next(Fields fields, int cluster) {
    if (cluster < LAST_PORT) {
      return Optional.of(cluster + 1);
    }
    if (!fields.has("link")) {
      fields.problem("cluster", "'cluster' 65535 leaves no port after it for 'link': give 'link'");
    }
    return Optional.empty();
  }
}
