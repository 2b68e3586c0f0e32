package dev.keyledger.gateway.dialect;

import dev.keyledger.kit.web.Problem;
import java.util.List;
import java.util.function.Supplier;

/** A made-up system: a bit of everything that a dialect may do. */
final class SampleDialect implements Dialect {
  private final Canonical canonical;

  SampleDialect(Canonical canonical) {
    this.canonical = canonical;
  }

  @Override
  public String name() {
    return "sample";
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.post("/sample/login", this::login),
        Endpoint.post("/sample/refresh", this::refresh),
        Endpoint.get("/sample/things/{id}", this::thing),
        Endpoint.post("/sample/things/{id}", this::thing),
        Endpoint.get(
            "/sample/broken",
            call -> {
              throw new IllegalStateException("a secret detail");
            }),
        Endpoint.any("/sample/resource/**", this::resource));
  }

  private Answer login(Call call) {
    Body body = call.body();
    var asked =
        Json.object()
            .put("key_id", body.text("user"))
            .put("age", body.optionalInteger("age").orElse(0));
    body.texts("tags").forEach(asked.putArray("tags")::add);
    Reply reply = canonical.on(call).in("live").post("/v1/tokens", asked);
    return Answer.json(200, Json.object().put("token", reply.orRefuse().text("access_token")));
  }

  private Answer refresh(Call call) {
    Reply reply =
        canonical
            .on(call)
            .withoutCredential()
            .form("/oauth2/token", java.util.Map.of("refresh_token", call.body().text("token")));
    return reply.isSuccess() ? Answer.empty(204) : refusal(reply.problem());
  }

  private Answer thing(Call call) {
    Reply reply =
        canonical
            .on(call)
            .get("/v1/organizations/o/keys/{key}?environment={e}", call.variable("id"), "a&b");
    return reply.isSuccess() ? reply.asAnswer() : refusal(reply.problem());
  }

  private Answer resource(Call call) {
    canonical.on(call).authorize("things.read").requireKey();
    return canonical.on(call).forward().orRefuse().asAnswer();
  }

  @Override
  public Answer refusal(Problem problem) {
    Answer answer =
        Answer.json(problem.status(), Json.object().put("sample_error", problem.code()));
    for (var header : problem.headers().entrySet()) {
      answer = answer.with(header.getKey(), header.getValue());
    }
    return answer;
  }

  @Override
  public Answer around(Call call, Supplier<Answer> handled) {
    return handled.get().adding("Vary", "Origin");
  }
}
