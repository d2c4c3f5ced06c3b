package io.cuewire.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/**
 * What a node tells the others of its cluster, over the links and so whether or not they share one.
 *
 * @param address where its cluster system is reached
 * @param members the nodes of its cluster, itself included; empty while it is in none
 */
public record Presence(String address, List<String> members) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public Presence {
    members = List.copyOf(members);
  }

  boolean inCluster() {
    return !members.isEmpty();
  }

  public String toText() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @throws IllegalArgumentException when the text is none
   */
  public static Presence parse(String text) {
    try {
      return JSON.readValue(text, Presence.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a presence: " + e.getOriginalMessage());
    }
  }
}
