package dev.keyledger.gateway.syncgram;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Canonical;
import dev.keyledger.gateway.dialect.Dialect;
import dev.keyledger.gateway.dialect.Endpoint;
import dev.keyledger.kit.web.Problem;
import java.util.List;
import org.springframework.stereotype.Component;

/** What Syncgram Pay's clients call. */
@Component
final class SyncgramPay implements Dialect {
  private final List<Endpoint> endpoints;

  SyncgramPay(Canonical canonical) {
    var sessions = new Sessions(canonical);
    var credentials = new Credentials(canonical);
    var keys = new ApiKeys(canonical, credentials);
    var payments = new Payments(canonical, credentials);
    endpoints =
        List.of(
            Endpoint.post("/api/v1/auth/login", sessions::login),
            Endpoint.post("/api/v1/auth/login/verify", sessions::verify),
            Endpoint.post("/auth/refresh", sessions::refresh),
            Endpoint.post("/api/v1/auth/refresh", sessions::refresh),
            Endpoint.post("/api/v1/auth/api-keys", keys::create),
            Endpoint.get("/api/v1/auth/api-keys", keys::list),
            Endpoint.post("/api/v1/auth/api-keys/{api_key_id}/revoke", keys::revoke),
            Endpoint.get("/api/v1/payments", payments::list),
            Endpoint.post("/api/v1/payments", payments::make));
  }

  @Override
  public String name() {
    return "syncgram-pay";
  }

  @Override
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  @Override
  public Answer refusal(Problem problem) {
    return Refusals.answerTo(problem);
  }
}
