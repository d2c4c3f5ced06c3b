package io.cuewire.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressPatternTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** {@code captures} separated by semicolons. */
  @ParameterizedTest(name = "{0} takes {1}")
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      value = {
        "/a/b            | /a/b               | ''",
        "/*              | /a                 | a",
        "/*              | /                  | ''",
        "/*/fader*       | /1/fader12         | 1;12",
        "/*/fader*       | /1/fader           | 1;''",
        "/a*b*c          | /aXbYc             | X;Y",
        "/a*b*c          | /abbbc             | bb;''",
        "/**             | /abc               | abc;''",
        "/*/*/*          | /1/2/3             | 1;2;3",
        "/?              | /a                 | a",
        "/fader?         | /fader7            | 7",
        "/f??            | /fab               | a;b",
        "/[abc]          | /b                 | b",
        "/[a-c]x         | /bx                | b",
        "/[a-cx-z0]      | /y                 | y",
        "/[a-cx-z0]      | /0                 | 0",
        "/[!a-c]         | /d                 | d",
        "/[!a-c]         | /!                 | !",
        "/[a!]           | /!                 | !",
        "/[!!]           | /a                 | a",
        "/[a-]           | /-                 | -",
        "/[a-]           | /a                 | a",
        "/[-a]           | /-                 | -",
        "/[!a-]          | /b                 | b",
        "/[a-a]          | /a                 | a",
        "/[*]            | /*                 | *",
        "/[?{}]          | /{                 | {",
        "/[\\^[]         | /^                 | ^",
        "/[\\^[]         | /[                 | [",
        "/[.]            | /.                 | .",
        "/[&&a]          | /&                 | &",
        "/[+-0]          | /0                 | 0",
        "/[+-0]          | /.                 | .",
        "/{a,b}          | /b                 | b",
        "/{foo,bar}/x    | /foo/x             | foo",
        "/{a,ab}c        | /abc               | ab",
        "/x{,y}          | /x                 | ''",
        "/{fader,push}?  | /push3             | push;3",
        "/{a*,[b]}       | /a*                | a*",
        "/{a*,[b]}       | /[b]               | [b]",
        "/{a.b}          | /a.b               | a.b",
        "/a.b*           | /a.bc              | c",
        "/$^()+\\*       | /$^()+\\x          | x",
        "//              | /                  | ''",
        "//              | /a/b/c             | a/b/c",
        "//beat          | /beat              | ''",
        "//beat          | /a/beat            | a",
        "//beat          | /a/b/c/beat        | a/b/c",
        "//beat          | /beat/beat         | beat",
        "/a//b           | /a/b               | ''",
        "/a//b           | /a/x/y/b           | x/y",
        "/a//            | /a/                | ''",
        "/a//            | /a/b/c             | b/c",
        "/a///b          | /a/x/b             | x",
        "//a//b          | /x/a/y/b           | x;y",
        "//*             | /a/b               | a;b",
        "//fader[1-3]    | /1/2/fader2        | 1/2;2",
      })
  void takesAnAddressAndCapturesWhatTheWildcardsTook(
      String pattern, String address, String captures) {
    var compiled = AddressPattern.compile(pattern.strip());
    var expected = captures.replace("''", "").split(";", -1);
    assertThat(compiled.matches(address)).isTrue();
    if (compiled.isLiteral()) {
      assertThat(compiled.match(address).orElseThrow()).isEmpty();
    } else {
      assertThat(compiled.match(address).orElseThrow()).containsExactly(expected);
      assertThat(compiled.wildcards()).isEqualTo(expected.length);
    }
  }

  @ParameterizedTest(name = "{0} leaves {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "/a/b         | /a/B",
        "/a/b         | /a/b/",
        "/a/b         | /a",
        "/*           | /a/b",
        "/*           | a",
        "/a/*         | /a",
        "/*/*         | /a",
        "/*/c         | /a/b/c",
        "/a*b         | /a/b",
        "/?           | /",
        "/?           | //",
        "/?           | /ab",
        "/a?b         | /a/b",
        "/[abc]       | /d",
        "/[abc]       | /ab",
        "/[a-c]       | /-",
        "/[!a-c]      | /b",
        "/[a!]        | /b",
        "/[!!]        | /!",
        "/[!a-]       | /-",
        "/a[!x]b      | /a/b",
        "/a[ -~]b     | /a/b",
        "/a[+-0]b     | /a/b",
        "/{a,b}       | /c",
        "/{a,b}       | /a,b",
        "/{a,b}       | /",
        "/{foo,bar}   | /foobar",
        "/a.b*        | /aXbc",
        "//beat       | /abeat",
        "//beat       | /beat/x",
        "/a//b        | /a",
        "/a//b        | /ab",
        "/a//b        | /axb",
        "/a//b        | /a/xb",
        "/a//         | /a",
        "/a//         | /ab/c",
      })
  void leavesAnAddressThatIsAnother(String pattern, String address) {
    var compiled = AddressPattern.compile(pattern);
    assertThat(compiled.matches(address)).isFalse();
    assertThat(compiled.match(address)).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "a/b         | an address starts with '/'",
        "\"\"          | an address starts with '/'",
        "*           | an address starts with '/'",
        "/a[bc       | '[' without its ']'",
        "/a{b,c      | '{' without its '}'",
        "/a]         | ']' without its beginning",
        "/a}b        | '}' without its beginning",
        "/a[]b       | '[]' matches nothing",
        "/a[!]b      | '[!]' matches nothing",
        "/[z-a]      | 'z-a' runs backwards",
        "/[😀-\uFFFD] | '😀-\uFFFD' runs backwards",
        "/[a/b]      | '/' inside 'a/b'",
        "/{a/b,c}    | '/' inside 'a/b,c'",
        "/{a,{b,c}}  | '{' inside '{a,{b,c}'",
      })
  void saysWhyAPatternIsNone(String pattern, String reason) {
    assertThatThrownBy(() -> AddressPattern.compile(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason);
  }

  @Test
  void takesACharacterBeyondTheBasicPlaneAsOne() {
    assertThat(AddressPattern.compile("/?").matches("/😀")).isTrue();
    assertThat(AddressPattern.compile("/😀*").matches("/😀x")).isTrue();
    assertThat(AddressPattern.compile("/[😀-😂]x").matches("/😁x")).isTrue();
    assertThat(AddressPattern.compile("/[\uFFFD-😀]").matches("/😀")).isTrue();
    assertThat(AddressPattern.compile("/[!😀]").matches("/😀")).isFalse();
  }

  @Test
  void knowsALiteralAddressFromAPattern() {
    assertThat(AddressPattern.compile("/a/b").isLiteral()).isTrue();
    assertThat(AddressPattern.isPattern("/a/b.c+d")).isFalse();
    for (var pattern : new String[] {"/*", "/?", "/[a]", "/{a}", "/a//b", "//"}) {
      assertThat(AddressPattern.isPattern(pattern)).as(pattern).isTrue();
      assertThat(AddressPattern.compile(pattern).isLiteral()).as(pattern).isFalse();
      assertThat(AddressPattern.compile(pattern)).hasToString(pattern);
    }
  }

  @Test
  void answersSoonWhateverThePattern() {
    Assertions.assertTimeoutPreemptively(
        SOON,
        () -> {
          var address = "/" + "a".repeat(5_000);
          assertThat(AddressPattern.compile("/" + "*".repeat(200) + "b").matches(address))
              .isFalse();
          assertThat(AddressPattern.compile("/" + "*a".repeat(200) + "b").matches(address))
              .isFalse();
          assertThat(AddressPattern.compile("/" + "{a,aa}".repeat(100) + "b").matches(address))
              .isFalse();
          var parts = "/a".repeat(3_000);
          assertThat(AddressPattern.compile("//a".repeat(100) + "//b").matches(parts)).isFalse();
        });
  }

  @Test
  void needsTwiceTheTimeForTwiceTheAddress() {
    var pattern = AddressPattern.compile("/" + "*a".repeat(50) + "b");
    nanosToMatch(pattern, 5_000); // warms up
    var once = nanosToMatch(pattern, 5_000);
    var twice = nanosToMatch(pattern, 10_000);
    // quadratic would be 4, exponential beyond measure; generous, for a machine under load
    assertThat((double) twice / once).isLessThan(3.5);
  }

  /** The best of several, which other load disturbs least. */
  private static long nanosToMatch(AddressPattern pattern, int length) {
    var address = "/" + "a".repeat(length);
    var best = Long.MAX_VALUE;
    for (var round = 0; round < 5; round++) {
      var start = System.nanoTime();
      assertThat(pattern.matches(address)).isFalse();
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }
}
