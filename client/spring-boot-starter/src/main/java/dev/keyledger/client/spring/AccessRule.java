package dev.keyledger.client.spring;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.ClientSettings.UndeclaredEndpoints;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;

/** The access rule that a handler method declares. */
sealed interface AccessRule {
  /** No caller is asked for a credential. */
  record Public() implements AccessRule {}

  /** It answers no caller. */
  record Denied() implements AccessRule {}

  record Needs(String requirement) implements AccessRule {
    /**
     * @param organization that the path names; {@code null} where it names none
     * @throws AccessRefusedException 403, with the permission that is missing for who belongs there
     */
    void requireOf(Caller caller, @Nullable String organization) {
      if (organization != null && !caller.belongsTo(organization)) {
        throw AccessRefusedException.forbidden();
      }
      boolean met =
          switch (requirement) {
            case Requires.AUTHENTICATED -> true;
            case Requires.PERSON ->
                switch (caller.kind()) {
                  case OPERATOR, MEMBER -> true;
                  case API_KEY, SERVICE -> false;
                };
            case Requires.OPERATOR -> caller.kind() == Caller.Kind.OPERATOR;
            default -> requirePermission(caller);
          };
      if (!met) {
        throw AccessRefusedException.forbidden();
      }
    }

    private boolean requirePermission(Caller caller) {
      if (!caller.may(requirement)) {
        throw AccessRefusedException.forbidden().lacking(requirement);
      }
      return true;
    }
  }

  /** Empty for a handler that declares none. */
  static Optional<AccessRule> of(HandlerMethod handler) {
    Requires requires =
        AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), Requires.class);
    boolean open = AnnotatedElementUtils.hasAnnotation(handler.getMethod(), PublicEndpoint.class);
    if (requires != null && !open) {
      return Optional.of(new Needs(requires.value()));
    }
    if (open && requires == null || isOfFramework(handler)) {
      return Optional.of(new Public());
    }
    return Optional.empty();
  }

  /** What a handler gets that declares no rule. One that takes a caller needs one all the same. */
  static AccessRule of(HandlerMethod handler, UndeclaredEndpoints undeclared) {
    return of(handler)
        .orElseGet(() ->
            switch (undeclared) {
              case OPEN -> takesCaller(handler) ? new Needs(Requires.AUTHENTICATED) : new Public();
              case AUTHENTICATED -> new Needs(Requires.AUTHENTICATED);
              case DENIED, REFUSE_TO_START -> new Denied();
            });
  }

  private static boolean takesCaller(HandlerMethod handler) {
    return Arrays.stream(handler.getMethodParameters())
        .map(MethodParameter::getParameterType)
        .anyMatch(Caller.class::equals);
  }

  // Error pages and API documents come with libraries, which cannot carry our annotations.
  private static boolean isOfFramework(HandlerMethod handler) {
    String owner = handler.getBeanType().getName();
    return owner.startsWith("org.springframework.boot.") || owner.startsWith("org.springdoc.");
  }
}
