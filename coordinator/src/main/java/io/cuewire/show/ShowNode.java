package io.cuewire.show;

/**
 * One Cuewire process on one show machine.
 *
 * @param host the address that the other nodes reach it by
 * @param cluster TCP port of the cluster
 * @param link TCP port of the lifeline between nodes; default {@code cluster} + 1
 * @param api TCP port of the HTTP interface
 * @param bind what its listeners bind; default {@code host}
 * @param witness votes when the network splits, carries no endpoint and never coordinates; default
 *     false
 */
public record ShowNode(
    String name, String host, int cluster, int link, int api, String bind, boolean witness) {}
