package io.cuewire.show;

import io.cuewire.show.Value.Mapping;
import io.cuewire.show.Value.Scalar;
import io.cuewire.show.Value.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The general kinds of values; {@link Formats} has those of the trade. */
final class Decoders {
  static final Decoder<String> TEXT = Decoders::text;
  static final Decoder<String> WORDS = filled(TEXT);
  static final Decoder<Double> NUMBER = Decoders::number;
  static final Decoder<Boolean> FLAG = Decoders::flag;

  /** Zero or longer. */
  static final Decoder<Duration> DURATION = Decoders::duration;

  /** Longer than zero. */
  static final Decoder<Duration> TIME =
      spot ->
          DURATION
              .decode(spot)
              .flatMap(
                  time -> time.isZero() ? spot.expected("longer than zero") : Optional.of(time));

  private Decoders() {}

  private static Optional<String> text(Spot spot) {
    return switch (spot.value()) {
      case Scalar scalar when scalar.isText() -> Optional.of(scalar.text());
      case Scalar scalar when scalar.kind() == Value.Kind.NOTHING -> spot.expected("text");
      case Scalar scalar ->
          spot.problem(spot.label() + " must be text: put \"" + scalar.text() + "\" in quotes");
      case Sequence _, Mapping _ -> spot.expected("text");
    };
  }

  private static Decoder<String> filled(Decoder<String> text) {
    return spot ->
        text.decode(spot)
            .flatMap(words ->
                words.isBlank() ? spot.problem(spot.label() + " is empty") : Optional.of(words));
  }

  /** A whole number within limits, both included. */
  static Decoder<Integer> integer(int least, int most) {
    var limits =
        most == Integer.MAX_VALUE
            ? "a whole number from " + least + " up"
            : "a whole number from " + least + " to " + most;
    return integer(least, most, limits);
  }

  static Decoder<Integer> integer(int least, int most, String what) {
    return spot ->
        scalar(spot)
            .flatMap(Literals::integer)
            .filter(number -> number.bitLength() < Integer.SIZE)
            .map(Number::intValue)
            .filter(number -> number >= least && number <= most)
            .or(() -> noNumber(spot, what));
  }

  /** Something else than a number, or a number in quotes. */
  static <T> Optional<T> noNumber(Spot spot, String what) {
    return scalar(spot)
        .filter(scalar -> scalar.isText() && scalar.source().isEmpty())
        .filter(scalar -> Literals.looksLikeNumber(scalar.text()))
        .map(scalar ->
            spot.<T>problem(
                spot.label() + " must be a number: take away the quotes around " + scalar.text()))
        .orElseGet(() -> spot.expected(what));
  }

  private static Optional<Double> number(Spot spot) {
    return scalar(spot).flatMap(Literals::number).or(() -> noNumber(spot, "a number"));
  }

  private static Optional<Boolean> flag(Spot spot) {
    return scalar(spot).flatMap(Literals::flag).or(() -> spot.expected("true or false"));
  }

  static Optional<Scalar> scalar(Spot spot) {
    return spot.value() instanceof Scalar scalar ? Optional.of(scalar) : Optional.empty();
  }

  private static Optional<Duration> duration(Spot spot) {
    var scalar = scalar(spot);
    var bare = scalar.filter(s -> !s.isText()).flatMap(Literals::number);
    if (bare.isPresent() && bare.get() >= 0) {
      var number = scalar.get().text();
      return spot.problem(
          spot.label() + " needs a unit: " + number + "s, " + number + "ms or " + number + "m");
    }
    return scalar
        .filter(Scalar::isText)
        .flatMap(s -> Durations.parse(s.text()))
        .or(() -> spot.expected("a duration such as 250ms, 1.5s or 2m"));
  }

  static <E extends Enum<E>> Decoder<E> choice(Class<E> type) {
    var words = Arrays.stream(type.getEnumConstants()).map(Words::of).toList();
    return spot ->
        choice(words).decode(spot).map(word -> type.getEnumConstants()[words.indexOf(word)]);
  }

  static Decoder<String> choice(List<String> words) {
    return spot -> {
      var written = scalar(spot).map(Scalar::text);
      if (written.filter(words::contains).isPresent()) {
        return written;
      }
      var near =
          written
              .filter(_ -> spot.value() instanceof Scalar scalar && scalar.isText())
              .flatMap(word -> Nearest.to(word, words))
              .map(word -> "; did you mean '" + word + "'?")
              .orElse("");
      return spot.problem(
          spot.label() + " must be " + or(words) + ", not " + spot.value().described() + near);
    };
  }

  private static String or(List<String> words) {
    var last = words.size() - 1;
    return last == 0
        ? words.getFirst()
        : words.stream().limit(last).collect(Collectors.joining(", ")) + " or " + words.get(last);
  }

  /** Text that a parser takes, which throws IllegalArgumentException when it does not. */
  static <T> Decoder<T> parsed(String what, Function<String, T> parser) {
    return spot -> {
      var text = scalar(spot).filter(Scalar::isText).map(Scalar::text);
      if (text.isEmpty()) {
        return spot.expected(what);
      }
      try {
        return Optional.of(parser.apply(text.get()));
      } catch (IllegalArgumentException _) {
        return spot.expected(what);
      }
    };
  }

  /** A list, in which every entry is read by itself. */
  static <T> Decoder<List<T>> list(Decoder<T> entry) {
    return spot ->
        spot.value() instanceof Sequence list
            ? all(spot, list.items(), entry)
            : spot.expected("a list, in [ ]");
  }

  /** One value, or a list of at least one. */
  static <T> Decoder<List<T>> oneOrMore(Decoder<T> entry) {
    return spot ->
        switch (spot.value()) {
          case Sequence list when list.items().isEmpty() ->
              spot.problem(spot.label() + " is an empty list");
          case Sequence list -> all(spot, list.items(), entry);
          case Scalar _, Mapping _ -> entry.decode(spot).map(List::of);
        };
  }

  private static <T> Optional<List<T>> all(Spot spot, List<Value> items, Decoder<T> entry) {
    var all = new ArrayList<T>();
    for (var item : items) {
      entry.decode(spot.of(item)).ifPresent(all::add);
    }
    return all.size() == items.size() ? Optional.of(all) : Optional.empty();
  }

  /** Names, none of them twice. */
  static Decoder<List<String>> distinct(Decoder<List<String>> list) {
    return spot -> list.decode(spot).flatMap(names -> distinct(spot, names));
  }

  private static Optional<List<String>> distinct(Spot spot, List<String> names) {
    var seen = new HashSet<String>();
    for (var i = 0; i < names.size(); i++) {
      if (!seen.add(names.get(i)) && spot.value() instanceof Sequence list) {
        var twice = spot.of(list.items().get(i));
        return twice.problem(spot.label() + " names '" + names.get(i) + "' twice");
      }
    }
    return Optional.of(names);
  }

  /**
   * A group of keys.
   *
   * @param owner what the group is, for a key that is missing in it
   */
  static <T> Decoder<T> group(String owner, Function<Fields, Optional<T>> reader) {
    return spot -> {
      if (!(spot.value() instanceof Mapping mapping)) {
        return new Spot(owner, spot.value(), spot.problems()).expected("a group of keys, in { }");
      }
      var fields = new Fields(owner, mapping.at(), mapping, spot.problems());
      var read = reader.apply(fields);
      fields.end();
      return read;
    };
  }
}
