package dev.keyledger.subscriber.starter;

import dev.keyledger.subscriber.Caller;
import dev.keyledger.subscriber.PublicEndpoint;
import dev.keyledger.subscriber.Requires;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;

/** The access rule that a handler method declares. */
sealed interface AccessRule {
  record Public() implements AccessRule {}

  record Needs(String requirement) implements AccessRule {
    /**
     * @param organization that the path names; {@code null} where it names none
     */
    boolean isMetBy(Caller caller, @Nullable String organization) {
      boolean met =
          switch (requirement) {
            case Requires.AUTHENTICATED -> true;
            case Requires.PERSON ->
                switch (caller.kind()) {
                  case OPERATOR, MEMBER -> true;
                  case API_KEY, SERVICE -> false;
                };
            case Requires.OPERATOR -> caller.kind() == Caller.Kind.OPERATOR;
            default -> caller.may(requirement);
          };
      return met && (organization == null || caller.belongsTo(organization));
    }
  }

  /** Empty for a handler that declares none, which has to be mended before anything is served. */
  static Optional<AccessRule> of(HandlerMethod handler) {
    Requires requires =
        AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), Requires.class);
    boolean open = AnnotatedElementUtils.hasAnnotation(handler.getMethod(), PublicEndpoint.class);
    if (requires != null && !open) {
      return Optional.of(new Needs(requires.value()));
    }
    return open && requires == null || isOfFramework(handler)
        ? Optional.of(new Public())
        : Optional.empty();
  }

  // Error pages and API documents come with libraries, which cannot carry our annotations.
  private static boolean isOfFramework(HandlerMethod handler) {
    String owner = handler.getBeanType().getName();
    return owner.startsWith("org.springframework.boot.") || owner.startsWith("org.springdoc.");
  }
}
