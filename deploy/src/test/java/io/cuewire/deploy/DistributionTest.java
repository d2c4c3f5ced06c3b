package io.cuewire.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

class DistributionTest {
  private static final Path DIST = Path.of(System.getProperty("cuewire.dist"));

  @Test
  void holdsEveryJarThatTheProgramNames() throws IOException {
    try (var jar = new JarFile(DIST.resolve("lib/cuewire.jar").toFile())) {
      String classPath = jar.getManifest().getMainAttributes().getValue(Attributes.Name.CLASS_PATH);

      assertThat(classPath.split(" "))
          .allSatisfy(name -> assertThat(DIST.resolve("lib").resolve(name)).isRegularFile());
    }
  }

  @Test
  void holdsNothingThatOnlyMeasuresOrTests() throws IOException {
    try (var lib = Files.list(DIST.resolve("lib"))) {
      assertThat(lib.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.matches("(bench|junit|scalatest|archunit).*"));
    }
  }
}
