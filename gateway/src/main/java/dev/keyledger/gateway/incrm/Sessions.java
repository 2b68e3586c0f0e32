package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Body;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Canonical;
import dev.keyledger.gateway.dialect.Json;
import dev.keyledger.gateway.dialect.Reply;
import dev.keyledger.kit.web.ProblemException;
import java.time.Duration;

/** Sign-in, refresh and logout. */
final class Sessions {
  private final Canonical canonical;
  private final Credentials credentials;
  private final RefreshCookie cookie;

  Sessions(Canonical canonical, Credentials credentials, RefreshCookie cookie) {
    this.canonical = canonical;
    this.credentials = credentials;
    this.cookie = cookie;
  }

  Answer signIn(Call call) {
    Body body = call.body();
    var asked =
        Json.object().put("email", body.text("email")).put("password", body.text("password"));
    Reply reply = canonical.on(call).withoutCredential().post("/v1/sessions", asked);
    return switch (reply.status()) {
      case 201 -> started(reply, call);
      // A policy may come to ask for a second step, which InCRM's clients know nothing of.
      case 202 -> throw Refused.FORBIDDEN.toException();
      case 401 ->
          throw (isWithoutBusiness(reply) ? Refused.BUSINESS_REQUIRED : Refused.INVALID_CREDENTIALS)
              .toException();
      default -> throw reply.problem().toException();
    };
  }

  Answer refresh(Call call) {
    call.bodyIfAny();
    var asked = Json.object().put("refresh_token", RefreshCookie.of(call));
    Reply reply = canonical.on(call).withoutCredential().post("/v1/sessions/refresh", asked);
    return switch (reply.status()) {
      case 200 -> started(reply, call);
      // 422: what can be no token of ours, such as a very long text, is an unknown one.
      case 401, 422 ->
          throw (isWithoutBusiness(reply)
                  ? Refused.BUSINESS_REQUIRED
                  : Refused.UNKNOWN_REFRESH_TOKEN)
              .toException();
      default -> throw reply.problem().toException();
    };
  }

  private static boolean isWithoutBusiness(Reply refusal) {
    return Credentials.WITHOUT_BUSINESS.contains(refusal.problem().code());
  }

  private Answer started(Reply reply, Call call) {
    var data = Json.object().put("accessToken", reply.text("access_token"));
    var lifetime = Duration.ofSeconds(reply.json().path("refresh_expires_in").asLong());
    return Envelope.success(200, data)
        .with("Set-Cookie", cookie.keeping(reply.text("refresh_token"), lifetime, call));
  }

  /** Answered once no consumer takes either token any more. */
  Answer logout(Call call) {
    call.bodyIfAny();
    credentials.session(call);
    Reply reply = canonical.on(call).with("Prefer", "wait=10").delete("/v1/sessions/current");
    if (!reply.isSuccess()) {
      throw Credentials.refusal(call, reply.problem());
    }
    if (reply.header("Keyledger-In-Force").filter("false"::equals).isPresent()) {
      throw notInForce();
    }
    return Answer.empty(204).with("Set-Cookie", cookie.forgetting(call));
  }

  private static ProblemException notInForce() {
    return Refused.UNAVAILABLE.toProblem().withHeader("Retry-After", "1").toException();
  }
}
