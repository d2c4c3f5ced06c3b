package io.cuewire.cluster;

import io.cuewire.cluster.SplitVerdict.Cut;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What the members have told each other of whom they reach, as this node knows it.
 *
 * @param members those that are not down, by the name of their node
 * @param living nodes of those that are not proven dead
 * @param side of those, this node's
 */
record Sight(Map<String, Member> members, Set<String> living, Set<String> side) {

  static Sight of(LocalNode node, ActorSystem<?> system) {
    var membership = node.membership();
    var cluster = Cluster.get(Adapter.toClassic(system));
    var members = new HashMap<String, Member>();
    var names = new HashMap<UniqueAddress, String>();
    for (var member : cluster.state().getMembers()) {
      if (!Members.GONE.contains(member.status())) {
        Members.nodeOf(node.show(), member.address())
            .ifPresent(name -> {
              members.put(name, member);
              names.put(member.uniqueAddress(), name);
            });
      }
    }
    var living = new HashSet<>(members.keySet());
    living.removeAll(membership.provenDead());
    return new Sight(members, living, membership.side(living, cuts(cluster, names)));
  }

  /**
   * Pekko's table of who does not reach whom is for Pekko alone, but the set that it shows does not
   * say who has observed what, and so not which of two nodes is the one to leave.
   */
  private static Set<Cut> cuts(Cluster cluster, Map<UniqueAddress, String> names) {
    var cuts = new HashSet<Cut>();
    var reachability = cluster.readView().reachability();
    for (var record : CollectionConverters.asJava(reachability.records())) {
      var observer = names.get(record.observer());
      var subject = names.get(record.subject());
      if (observer != null
          && subject != null
          && !reachability.isReachable(record.observer(), record.subject())) {
        cuts.add(new Cut(observer, subject));
      }
    }
    return cuts;
  }

  /** Members that this node does not stay together with. */
  Set<String> others() {
    var others = new HashSet<>(members.keySet());
    others.removeAll(side);
    return others;
  }

  /** Members whose processes are gone. */
  List<Member> dead() {
    return members.entrySet().stream()
        .filter(m -> !living.contains(m.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  boolean isSplit() {
    return !side.containsAll(living);
  }
}
