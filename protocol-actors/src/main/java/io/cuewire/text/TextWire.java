package io.cuewire.text;

import io.cuewire.command.ShowControl;
import io.cuewire.message.JsonText;
import io.cuewire.message.Message;
import io.cuewire.transport.EndpointIo;
import io.cuewire.transport.Peer;
import io.cuewire.transport.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Text frames as messages and requests, in UTF-8. A message that goes to a listener of this same
 * show takes the form of a JSON object, in which the routes it has crossed have a place, so that a
 * loop over the network ends.
 *
 * @param handle the endpoint's own recognition
 * @param toOurselves whether what is sent arrives at a listener of this show
 * @param show carries out what is asked for
 */
public record TextWire(List<HandleRule> handle, boolean toOurselves, ShowControl show)
    implements Wire {
  static final String HOPS = "hops";

  @Override
  public Reader reader(EndpointIo io) {
    return new TextReader(io, StandardCharsets.UTF_8.newDecoder());
  }

  @Override
  public ByteBuffer encode(Message message) {
    var text = toOurselves && message.hops() > 0 ? json(message) : TextFormat.write(message);
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String json(Message message) {
    var json = JsonText.object().put("address", message.address());
    json.set("args", JsonText.args(message.args()));
    return JsonText.compact(json.put(HOPS, message.hops()));
  }

  private final class TextReader implements Reader {
    private final EndpointIo io;
    private final CharsetDecoder utf8;

    TextReader(EndpointIo io, CharsetDecoder utf8) {
      this.io = io;
      this.utf8 = utf8;
    }

    @Override
    public void read(ByteBuffer buffer, int from, int to, Peer peer) {
      var end = to;
      while (end > from && isFilling(buffer.get(end - 1))) {
        end--;
      }
      if (end == from) {
        return;
      }
      try {
        take(utf8.decode(buffer.slice(from, end - from)).toString(), peer);
      } catch (CharacterCodingException e) {
        io.malformed("not UTF-8", peer);
      }
    }

    /** Ends of lines that a framing without ends leaves, and what fills a fixed frame. */
    private static boolean isFilling(byte b) {
      return b == '\n' || b == '\r' || b == 0;
    }

    private void take(String text, Peer peer) {
      switch (Recognition.of(text, handle)) {
        case Recognition.Routed(var message) -> io.received(message, peer);
        case Recognition.Asked request -> {
          io.asked(bare(text), peer);
          request
              .ask(show, io.origin(peer))
              .exceptionally(bug -> "ERROR:internal error: " + bug.getMessage())
              .thenAccept(answer -> peer.reply(bare(answer)));
        }
        case Recognition.Wrong(var defect, var answer) -> {
          io.malformed(defect, peer);
          peer.reply(bare(answer));
        }
      }
    }
  }

  private static Message bare(String text) {
    return Message.of("/text", List.of(text));
  }
}
