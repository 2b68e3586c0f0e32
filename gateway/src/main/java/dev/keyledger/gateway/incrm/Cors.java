package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.kit.web.AllowedMethods;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Who may call from a browser's page. A page on the list may call everything, with credentials of
 * the browser's, so that its client may send them everywhere. From any other origin may come what
 * carries a key, without such credentials, but nothing that signs in, refreshes or carries a
 * session. A preflight shows neither key nor session, so at a resource it passes from anywhere and
 * the request itself is looked at.
 */
final class Cors {
  private static final String ORIGIN = "Origin";
  private static final String METHOD = "Access-Control-Request-Method";

  private final Set<String> listed;

  Cors(List<String> origins) {
    listed = Set.copyOf(origins);
  }

  Answer around(Call call, Supplier<Answer> handled) {
    List<String> origins = call.headers(ORIGIN);
    if (origins.isEmpty()) {
      return handled.get().adding("Vary", ORIGIN);
    }
    boolean preflight = call.method().equals("OPTIONS") && call.header(METHOD).isPresent();
    boolean isListed = origins.size() == 1 && listed.contains(origins.getFirst());
    if (!isListed && !isOfAnyone(call, preflight)) {
      return Refused.answerTo(Refused.FORBIDDEN.toProblem()).adding("Vary", ORIGIN);
    }
    Answer answered = handled.get();
    Answer answer = (preflight ? preflight(answered) : exposed(answered)).adding("Vary", ORIGIN);
    return isListed
        ? answer
            .with("Access-Control-Allow-Origin", origins.getFirst())
            .with("Access-Control-Allow-Credentials", "true")
        : answer.with("Access-Control-Allow-Origin", "*");
  }

  /** Whether it may come from an origin that isn't listed. */
  private static boolean isOfAnyone(Call call, boolean preflight) {
    if (preflight) {
      return isResource(call);
    }
    return switch (Presented.by(call)) {
      case NOTHING -> isResource(call);
      case SESSION -> false;
      case API_KEY -> isResource(call) || call.path().equals(Incrm.API_KEY);
    };
  }

  // As it was written: another spelling of a path is never one that opens a door.
  private static boolean isResource(Call call) {
    return call.path().equals(Incrm.CLIENT) || call.path().startsWith(Incrm.CLIENT + "/");
  }

  // No "*" for headers: it would not stand for Authorization.
  private static Answer preflight(Answer answer) {
    if (answer.status() != 204) {
      return answer;
    }
    String methods =
        AllowedMethods.in(answer.header("Allow").stream().toList()).stream()
            .filter(method -> !method.equals("OPTIONS"))
            .sorted()
            .collect(Collectors.joining(", "));
    return answer
        .with("Access-Control-Allow-Methods", methods)
        .with("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Api-Key")
        .with("Access-Control-Max-Age", "600")
        .adding("Vary", METHOD)
        .adding("Vary", "Access-Control-Request-Headers");
  }

  private static Answer exposed(Answer answer) {
    return answer.with("Access-Control-Expose-Headers", "Retry-After, X-Request-Id");
  }
}
