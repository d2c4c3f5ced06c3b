package io.cuewire.cluster;

import io.cuewire.cluster.ClusterView.NodeState;
import io.cuewire.show.Show;
import io.cuewire.show.ShowNode;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;

/** The nodes of the show as members of the Pekko cluster, and back. */
public final class Members {
  /** The name of every cluster system. */
  public static final String SYSTEM = "cuewire";

  /** The name of the node's {@link NodeAgent} in its cluster system. */
  public static final String AGENT = "agent";

  static final Set<MemberStatus> GONE = Set.of(MemberStatus.down(), MemberStatus.removed());
  private static final Set<MemberStatus> GOING =
      Set.of(MemberStatus.leaving(), MemberStatus.exiting());

  /** The roles: a witness votes and never coordinates. */
  static final String STAGE = "stage";

  static final String WITNESS = "witness";

  private Members() {}

  /** Where the cluster system of a node is reached. */
  public static Address address(ShowNode node) {
    return new Address("pekko", SYSTEM, node.host(), node.cluster());
  }

  static Optional<String> nodeOf(Show show, Address address) {
    return show.nodes().values().stream()
        .filter(n -> address(n).equals(address))
        .map(ShowNode::name)
        .findFirst();
  }

  static ActorRef<NodeAgent.Command> agent(ActorRefResolver resolver, Address address) {
    return resolver.resolveActorRef(address + "/user/" + AGENT);
  }

  static NodeState state(Member member, boolean outOfReach) {
    var status = member.status();
    if (GONE.contains(status)) {
      return NodeState.DOWN;
    }
    if (outOfReach) {
      return NodeState.UNREACHABLE;
    }
    if (GOING.contains(status)) {
      return NodeState.LEAVING;
    }
    return status.equals(MemberStatus.up()) ? NodeState.UP : NodeState.JOINING;
  }
}
