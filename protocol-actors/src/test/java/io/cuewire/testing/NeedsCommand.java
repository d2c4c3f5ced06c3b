package io.cuewire.testing;

import java.io.File;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * This test talks to another program. Where that is missing the test is skipped, saying so; with
 * {@code CI=true} in the environment it fails instead.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(NeedsCommand.Condition.class)
public @interface NeedsCommand {
  /** The programs, as they are called on the command line. */
  String[] value();

  /** Where Debian has them. */
  String packaged();

  /** Looks along {@code PATH}. */
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return AnnotationSupport.findAnnotation(context.getElement(), NeedsCommand.class)
          .flatMap(Condition::missing)
          .map(Condition::skipped)
          .orElseGet(() -> ConditionEvaluationResult.enabled("everything needed is installed"));
    }

    private static Optional<String> missing(NeedsCommand needs) {
      return Arrays.stream(needs.value())
          .filter(command -> !installed(command))
          .findFirst()
          .map(command -> command + " is not installed (Debian: " + needs.packaged() + ")");
    }

    private static boolean installed(String command) {
      return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
          .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }

    private static ConditionEvaluationResult skipped(String reason) {
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(reason);
      }
      return ConditionEvaluationResult.disabled(reason);
    }
  }
}
