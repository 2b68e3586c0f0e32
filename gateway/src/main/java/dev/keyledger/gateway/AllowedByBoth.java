package dev.keyledger.gateway;

import dev.keyledger.kit.web.AllowedMethods;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.kit.web.bounds.FairTurns;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;

/**
 * Which methods a path takes that two services have, of which each knows its own alone. The other
 * is asked after the first has answered, and where it can't be asked the first's word stands.
 */
final class AllowedByBoth implements FairTurns.Visitor {
  private final Request other;
  private final Set<String> allowed;
  private final Consumer<Set<String>> then;

  /**
   * @param first its answer, of which {@link #isHalf}
   * @param other asks the other service for its {@code OPTIONS} there
   * @param then told of all the methods; of none where neither has the path
   */
  AllowedByBoth(Response first, Request other, Consumer<Set<String>> then) {
    this.other = other;
    this.allowed = new HashSet<>(allowedIn(first));
    this.then = then;
  }

  /** Whether the answer says what is true of one service, and may not be of the path. */
  static boolean isHalf(String method, Response told) {
    return switch (told.getStatus()) {
      case 405 -> true;
      case 404 -> GatewayHeaders.NO_SUCH_PATH.equals(told.getHeaders().get(GatewayHeaders.REASON));
      default -> method.equals("OPTIONS") && told.getStatus() < 300;
    };
  }

  @Override
  public void onTurn(FairTurns.Turn turn) {
    other
        .onResponseContentSource((r, content) -> Content.Source.consumeAll(content, Callback.NOOP))
        .send(result -> {
          turn.end();
          if (result.isSucceeded()) {
            allowed.addAll(allowedIn(result.getResponse()));
          }
          then.accept(allowed);
        });
  }

  @Override
  public void onRefusal() {
    then.accept(allowed);
  }

  private static Set<String> allowedIn(Response told) {
    return AllowedMethods.in(told.getHeaders().getValuesList("Allow"));
  }
}
