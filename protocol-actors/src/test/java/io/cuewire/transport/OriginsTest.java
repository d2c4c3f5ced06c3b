package io.cuewire.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginsTest {
  private static final Origins ORIGINS =
      new Origins(Set.of("10.0.0.1", "Tablet.local", "fd00::1", "stage_pc"));

  @ParameterizedTest
  @CsvSource({
    "http://10.0.0.1:9999, false",
    "https://tablet.LOCAL, false",
    "http://[fd00::1]:80, false",
    "http://[fd00:0:0::1], false",
    "http://[::ffff:10.0.0.1], false",
    "http://[0:0:0:0:0:0:0:1], false",
    "http://stage_pc:8081, false",
    "http://Stage_PC, false",
    "http://localhost:5173, false",
    "http://127.0.0.9, false",
    "http://[::1]:8080, false",
    "http://evil.example, true",
    "http://tablet.local.evil.example, true",
    "http://127.0.0.1.evil.example, true",
    "http://tablet.local@evil.example, true",
    "http://evil.example#tablet.local, true",
    "http://stage_pc@evil_example, true",
    "http://me@stage_pc, true",
    "http://evil_example:8081, true",
    "http://[fd00::2], true",
    "null, true",
    "not a url, true",
    "'', true"
  })
  void knowsPagesByTheirHost(String origin, boolean foreign) {
    assertThat(ORIGINS.isForeign(origin)).isEqualTo(foreign);
  }
}
