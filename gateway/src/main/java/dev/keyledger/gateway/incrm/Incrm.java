package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Call;
import dev.keyledger.gateway.dialect.Canonical;
import dev.keyledger.gateway.dialect.Dialect;
import dev.keyledger.gateway.dialect.Endpoint;
import dev.keyledger.kit.web.Problem;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** What InCRM's clients call. */
@Component
final class Incrm implements Dialect {
  static final String SIGN_IN = "/api/v1/auth/sign-in";
  static final String REFRESH = "/api/v1/auth/token/refresh";
  static final String LOGOUT = "/api/v1/auth/logout";
  static final String API_KEY = "/api/v1/api-key";
  static final String CLIENT = "/api/v1/client";

  private final List<Endpoint> endpoints;
  private final Cors cors;

  Incrm(Canonical canonical, IncrmSettings settings) {
    var credentials = new Credentials(canonical);
    List<String> origins = settings.gateway().incrm().origins();
    var cookie = new RefreshCookie(settings.issuer(), origins);
    var sessions = new Sessions(canonical, credentials, cookie);
    endpoints =
        List.of(
            Endpoint.post(SIGN_IN, sessions::signIn),
            Endpoint.post(REFRESH, sessions::refresh),
            Endpoint.post(LOGOUT, sessions::logout),
            Endpoint.post(API_KEY, new ApiKeys(canonical, credentials)::create),
            Endpoint.get(CLIENT, new Clients(canonical, credentials)::show));
    cors = new Cors(origins);
  }

  @Override
  public String name() {
    return "incrm";
  }

  @Override
  public List<Endpoint> endpoints() {
    return endpoints;
  }

  @Override
  public Answer refusal(Problem problem) {
    return Refused.answerTo(problem);
  }

  @Override
  public Answer around(Call call, Supplier<Answer> handled) {
    return cors.around(call, handled);
  }
}
