package io.cuewire.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** All small inputs. */
final class Every {
  private Every() {}

  /** Every list of so many of these values. */
  static <T> List<List<T>> choice(List<T> values, int count) {
    var lists = List.of(List.<T>of());
    for (var i = 0; i < count; i++) {
      lists = lists.stream().flatMap(l -> values.stream().map(v -> plus(l, v))).toList();
    }
    return lists;
  }

  /** Every subset, the empty one too, each in the order of the list. */
  static <T> List<List<T>> subset(List<T> of) {
    return IntStream.range(0, 1 << of.size()).mapToObj(bits -> chosen(of, bits)).toList();
  }

  /** Every pair, each in the order of the list. */
  static <T> List<List<T>> pair(List<T> of) {
    return subset(of).stream().filter(s -> s.size() == 2).toList();
  }

  private static <T> List<T> chosen(List<T> of, int bits) {
    return IntStream.range(0, of.size())
        .filter(i -> (bits >> i & 1) == 1)
        .mapToObj(of::get)
        .toList();
  }

  private static <T> List<T> plus(List<T> list, T value) {
    var longer = new ArrayList<>(list);
    longer.add(value);
    return List.copyOf(longer);
  }
}
