package io.cuewire.show;

import io.cuewire.routing.Route;
import java.util.ArrayList;
import java.util.List;

/**
 * A show as the text of a show file, which reads back as an equal show. Keys with their default
 * value are left out; what was written as {@code ${env:NAME}} is written so again.
 */
public final class ShowWriter {
  private ShowWriter() {}

  public static String write(Show show) {
    var file = new Group();
    file.put("show", show.name());
    file.put("nodes", Group.named(show.nodes(), ShowWriter::node));
    file.put("endpoints", Group.named(show.endpoints(), EndpointWriter::endpoint));
    file.put("routes", Group.named(show.routes(), ShowWriter::route));
    file.put("parameters", parameters(show.parameters()));
    file.put("mappings", Group.named(show.mappings(), ShowWriter::mapping));
    file.put("surfaces", Group.named(show.surfaces(), SceneWriter::surface));
    file.put("scenes", Group.named(show.scenes(), SceneWriter::scene));
    file.put("split", new Group().put("arbiter", show.split().arbiter()));
    file.put("emergency", SceneWriter.emergency(show.emergency()));
    file.put("security", security(show.security()));
    show.sources().forEach(file::restore);
    return YamlText.of(file);
  }

  private static Group node(ShowNode node) {
    return new Group()
        .put("host", node.host())
        .put("cluster", node.cluster())
        .unless(node.cluster() + 1, "link", node.link())
        .put("api", node.api())
        .unless(node.host(), "bind", node.bind())
        .unless(false, "witness", node.witness());
  }

  /** A route's keys as in the show file. */
  static Group route(Route route) {
    var change = route.change();
    return new Group()
        .put("from", oneOrMore(route.from()))
        .unless(Route.EVERYTHING, "match", route.match())
        .put("to", oneOrMore(route.to()))
        .put("address", change.address())
        .put("args", change.args())
        .put("input", change.input().map(SceneWriter::range))
        .put("output", change.output().map(SceneWriter::range))
        .put("scale", change.scale())
        .put("offset", change.offset())
        .put("clamp", change.clamp().map(SceneWriter::range))
        .unless(false, "echo", route.echo());
  }

  static Object oneOrMore(List<String> names) {
    return names.size() == 1 ? names.getFirst() : names;
  }

  private static Group parameters(Parameters parameters) {
    var declared = new ArrayList<Group>();
    for (var each : parameters.declared().values()) {
      declared.add(
          parameter(each.id())
              .put("type", Words.of(each.type()))
              .put("min", each.min())
              .put("max", each.max())
              .put("default", each.initial()));
    }
    return new Group()
        .filled("to", parameters.to())
        .unless(false, "strict", parameters.strict())
        .filled("declare", declared);
  }

  static Group parameter(ParameterId id) {
    return new Group().put("operator", id.operator()).put("parameter", id.parameter());
  }

  private static Group mapping(ParameterMapping mapping) {
    return parameter(mapping.target())
        .put("scale", mapping.scale())
        .put("offset", mapping.offset())
        .put("min", mapping.min())
        .put("max", mapping.max());
  }

  private static Group security(Security security) {
    return new Group()
        .put("operator", security.operator().map(Secret::value))
        .put("viewer", security.viewer().map(Secret::value))
        .filled("origins", security.origins().stream().map(Object::toString).toList());
  }

  /** Without a point where none is needed: a number of the file is no OSC argument. */
  static Object number(double value) {
    var whole = (int) value;
    var isNegativeZero = Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(-0.0);
    return whole == value && !isNegativeZero ? (Object) whole : (Object) value;
  }
}
