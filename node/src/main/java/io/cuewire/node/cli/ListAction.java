package io.cuewire.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.cuewire.node.cli.Command.Action;
import java.util.function.Function;

/**
 * Prints one of the interface's lists.
 *
 * @param what its last part in the path, and what an empty one has none of
 * @param stateColumn see {@link Table#text}
 */
record ListAction(String what, Function<JsonNode, Table> table, int stateColumn) implements Action {

  @Override
  public Exit run(Invocation invocation) {
    var list = invocation.api().get("/api/" + what);
    var rows = table.apply(list);
    return invocation.answer(
        list, rows.isEmpty() ? "no " + what : rows.text(invocation.output(), stateColumn));
  }
}
