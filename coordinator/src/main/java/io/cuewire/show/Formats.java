package io.cuewire.show;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.cuewire.codec.Framing;
import io.cuewire.routing.AddressPattern;
import io.cuewire.routing.Range;
import io.cuewire.show.Value.Scalar;
import io.cuewire.show.Value.Sequence;
import io.cuewire.transport.Cidr;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;

/** The notations of the trade: ports, hosts, OSC addresses, ranges, framings. */
final class Formats {
  private static final java.util.regex.Pattern NAME =
      java.util.regex.Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}");
  private static final java.util.regex.Pattern REFERENCE =
      java.util.regex.Pattern.compile("\\{(\\d{1,9})}");
  private static final java.util.regex.Pattern RESERVED =
      java.util.regex.Pattern.compile("[\\s\\p{Cntrl}#*,?\\[\\]{}]");
  private static final java.util.regex.Pattern FIXED =
      java.util.regex.Pattern.compile("fixed:([1-9]\\d{0,8})");

  private static final String A_PORT = "a port from 1 to 65535";

  static final Decoder<Integer> PORT = Decoders.integer(1, 65535, A_PORT);
  static final Decoder<String> HOST = Decoders.parsed("a host name or an IP address", Hosts::host);

  /** Names with an underscore exist, but the cluster's own addresses cannot hold them. */
  static final Decoder<String> NODE_HOST =
      HOST.only(host -> !host.contains("_"), "a host name without '_', or an IP address");

  static final Decoder<HostPort> HOST_PORT =
      Decoders.parsed("HOST:PORT, such as 10.0.0.5:9000", Hosts::hostPort);
  static final Decoder<Listen> LISTEN = Formats::listen;
  static final Decoder<Cidr> CIDR =
      Decoders.parsed("an IP address or a block such as 10.0.0.0/24", Cidr::parse);
  private static final Decoder<String> SLASHED =
      Decoders.WORDS.only(text -> text.startsWith("/"), "an OSC address, beginning with '/'");
  static final Decoder<String> ADDRESS = Formats::address;
  static final Decoder<String> PATTERN = Formats::pattern;
  static final Decoder<Range> RANGE = Formats::range;
  static final Decoder<Framing> FRAMING = Formats::framing;
  static final Decoder<Pattern> REGEX = Formats::regex;
  static final Decoder<Secret> SECRET = spot -> Decoders.WORDS.decode(spot).map(Secret::new);
  static final Decoder<URI> ORIGIN =
      Decoders.parsed("a page's origin, such as http://tablet.local:8080", Hosts::origin);

  private Formats() {}

  /** Why this cannot be a name that other parts of the show refer to. */
  static Optional<String> objectionToName(String name) {
    return NAME.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(
            "'"
                + name
                + "' cannot be a name: use at most 64 letters, digits, '_', '-' and '.', a letter or digit"
                + " first");
  }

  static Decoder<URI> url(String example, List<String> schemes) {
    return Decoders.parsed("a URL such as " + example, text -> Hosts.url(text, schemes));
  }

  private static Optional<Listen> listen(Spot spot) {
    var what = A_PORT + " or a multicast \"GROUP:PORT\"";
    var scalar = Decoders.scalar(spot);
    if (scalar.flatMap(Literals::integer).isPresent()) {
      return Decoders.integer(1, 65535, what).decode(spot).map(Listen::on);
    }
    if (scalar.filter(s -> Literals.looksLikeNumber(s.text())).isPresent()) {
      return Decoders.noNumber(spot, what);
    }
    return Decoders.parsed(what, Hosts::hostPort)
        .decode(spot)
        .flatMap(place ->
            Hosts.isMulticast(place.host())
                ? Optional.of(new Listen(Optional.of(place.host()), place.port()))
                : spot.problem(
                    "'"
                        + place.host()
                        + "' is no multicast group; to listen on one address, write listen: "
                        + place.port()
                        + ", bind: "
                        + place.host()));
  }

  private static Optional<String> address(Spot spot) {
    return SLASHED
        .decode(spot)
        .flatMap(address -> {
          var reserved = RESERVED.matcher(address);
          return reserved.find()
              ? spot.problem(
                  spot.label()
                      + " must be one OSC address: "
                      + shown(reserved)
                      + " cannot stand in it")
              : Optional.of(address);
        });
  }

  private static String shown(Matcher reserved) {
    return reserved.group().isBlank() ? "a space" : "'" + reserved.group() + "'";
  }

  private static Optional<String> pattern(Spot spot) {
    return SLASHED
        .decode(spot)
        .flatMap(pattern -> {
          if (pattern.matches(".*[\\s#].*")) {
            return spot.problem(spot.label() + " is no address pattern: a space or '#' in it");
          }
          try {
            AddressPattern.compile(pattern);
            return Optional.of(pattern);
          } catch (IllegalArgumentException wrong) {
            return spot.problem(spot.label() + " is no address pattern: " + wrong.getMessage());
          }
        });
  }

  /** An address in which {@code {1}} and so on stand for what was captured. */
  static Decoder<String> template(Captures captures) {
    return spot ->
        SLASHED
            .decode(spot)
            .flatMap(template -> {
              var reference = REFERENCE.matcher(template);
              while (reference.find()) {
                var wrong = captures.objection(reference.group(1));
                if (wrong.isPresent()) {
                  return spot.problem(
                      "'" + reference.group() + "' in " + spot.label() + ": " + wrong.get());
                }
              }
              var reserved = RESERVED.matcher(reference.replaceAll(""));
              return reserved.find()
                  ? spot.problem(
                      spot.label()
                          + " must be one OSC address, with {1}, {2} … for what 'match' took: "
                          + shown(reserved)
                          + " cannot stand in it")
                  : Optional.of(template);
            });
  }

  private static Optional<Range> range(Spot spot) {
    if (!(spot.value() instanceof Sequence list) || list.items().size() != 2) {
      return spot.expected("two numbers, such as [0, 1]");
    }
    var from = Decoders.NUMBER.decode(spot.of(list.items().getFirst()));
    var to = Decoders.NUMBER.decode(spot.of(list.items().getLast()));
    return from.flatMap(least -> to.map(most -> new Range(least, most)));
  }

  private static Optional<Framing> framing(Spot spot) {
    var text = Decoders.scalar(spot).map(Scalar::text).orElse("");
    var fixed = FIXED.matcher(text);
    if (fixed.matches()) {
      return Optional.of(new Framing.Fixed(Integer.parseInt(fixed.group(1))));
    }
    return text.startsWith("fixed")
        ? spot.expected("fixed:N with N bytes a frame, such as fixed:64")
        : Decoders.choice(Framing.Kind.class).decode(spot).map(kind -> kind);
  }

  private static Optional<Pattern> regex(Spot spot) {
    return Decoders.WORDS
        .decode(spot)
        .flatMap(text -> {
          try {
            return Optional.of(Pattern.compile(text));
          } catch (PatternSyntaxException wrong) {
            return spot.problem(
                spot.label()
                    + " is no regular expression: "
                    + wrong.getDescription()
                    + " in '"
                    + wrong.getPattern()
                    + "'");
          }
        });
  }
}
