package io.cuewire.node;

import io.cuewire.node.cli.Cuewire;

/** The program. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Cuewire.start(args).code());
  }
}
