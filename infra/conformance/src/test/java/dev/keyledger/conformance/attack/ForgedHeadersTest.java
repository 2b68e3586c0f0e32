package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import dev.keyledger.conformance.wire.Wire;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * What only proxies and the gateway may say is not believed of a client. The suite's own address is
 * a trusted proxy's; strangers come from others.
 */
class ForgedHeadersTest extends Attack {
  private static final String ALLOWED = "203.0.113.7";
  private static final String ELSEWHERE = "198.51.100.9";

  @TestFactory
  Stream<DynamicTest> addresses() {
    return Stream.of(
        sentence(
            "A stranger's X-Forwarded-For passes no allowlist, at login or with a token",
            this::strangersWordForAnAddress),
        sentence(
            "Behind a trusted proxy only what the proxy adds counts, not what the client sent",
            this::clientsWordBehindAProxy),
        sentence(
            "A forwarded address that can't be read is nobody's, least of all the proxy's",
            this::unreadableAddresses),
        sentence(
            "Nobody gets round a lock-out of their address by X-Forwarded-For",
            this::addressesOfGuesses));
  }

  private static InetAddress stranger(int last) {
    try {
      return InetAddress.getByName("127.0.0." + last);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answered askFrom(InetAddress address, Request request) {
    return Wire.ask(platform().baseUrl(), address, request);
  }

  private record Allowlisted(Request login, String token) {
    Request products() {
      return Request.get("/api/v1/products").as(token);
    }

    List<Request> everywhere() {
      return List.of(login, products(), Request.get("/v1/authorize").as(token));
    }
  }

  private Allowlisted allowlisted() {
    return allowlisted("203.0.113.0/24", "2001:db8::/32");
  }

  private Allowlisted allowlisted(String... cidrs) {
    String org = someone("listed");
    Map<String, String> known =
        given(
            org + " is a live organisation on octopus-cards",
            "pair is an operator-issued production key of " + org);
    succeed(
        asOperator(
            Request.of("PUT", "/v1/organizations/" + known.get(org + ".slug") + "/ip-allowlist")
                .with("Prefer", "wait=10")
                .json(Map.of("cidrs", List.of(cidrs)))));
    Request login =
        Request.post(
            "/auth/login",
            Map.of("username", known.get("pair.id"), "password", known.get("pair.secret")));
    Answered tokens = succeed(login.with("X-Forwarded-For", ALLOWED));
    return new Allowlisted(login, tokens.field("access_token"));
  }

  private void strangersWordForAnAddress() {
    Allowlisted client = allowlisted();
    for (Request request : client.everywhere()) {
      for (String header :
          List.of(
              "X-Forwarded-For: " + ALLOWED,
              "X-Forwarded-For: 2001:db8::1",
              "x-forwarded-for: " + ALLOWED,
              "Forwarded: for=" + ALLOWED,
              "X-Real-IP: " + ALLOWED,
              "X-Client-IP: " + ALLOWED,
              "True-Client-IP: " + ALLOWED,
              "CF-Connecting-IP: " + ALLOWED,
              "X-Original-Forwarded-For: " + ALLOWED,
              "X-Forwarded-For: " + ALLOWED + "\r\nConnection: close, X-Forwarded-For",
              "X-Forwarded-For: 127.0.0.1",
              "X-Forwarded-For: ::1")) {
        Answered answer = askFrom(stranger(2), request.line(header));
        assertThat(answer.status()).as(request.target() + " " + header).isEqualTo(403);
      }
      // The control: what is refused to a stranger is good from a proxy that is trusted.
      succeed(request.with("X-Forwarded-For", ALLOWED));
    }
  }

  private void clientsWordBehindAProxy() {
    Allowlisted client = allowlisted();
    for (Request request : client.everywhere()) {
      refused(403, request.with("X-Forwarded-For", ALLOWED + ", " + ELSEWHERE));
      refused(403, request.with("X-Forwarded-For", ALLOWED).with("X-Forwarded-For", ELSEWHERE));
      refused(403, request.with("X-Forwarded-For", ALLOWED + ", 127.0.0.1, " + ELSEWHERE));
      refused(403, request.with("X-Forwarded-For", ALLOWED + "," + ELSEWHERE + ",127.0.0.1"));
      refused(403, request.with("X-Forwarded-For", ALLOWED + ", nonsense"));
      refused(403, request.with("X-Forwarded-For", ELSEWHERE).with("X-Real-IP", ALLOWED));
      succeed(request.with("X-Forwarded-For", ELSEWHERE + ", " + ALLOWED));
    }
  }

  private void unreadableAddresses() {
    Allowlisted client = allowlisted("203.0.113.0/24", "2001:db8::/32", "127.0.0.0/8", "::1");
    for (Request request : client.everywhere()) {
      succeed(request);
      for (String good :
          List.of(
              ALLOWED + ":5555",
              "[2001:db8::1]:443",
              "[2001:db8::1]",
              "::ffff:" + ALLOWED,
              "unknown, " + ALLOWED)) {
        succeed(request.with("X-Forwarded-For", good));
      }
      for (String unread :
          List.of(
              "unknown",
              "_hidden",
              "0203.0.113.7",
              "203.113",
              ALLOWED + ":",
              ALLOWED + ":99999",
              "[" + ALLOWED + "]:80",
              "2001:0db8::00001",
              "2001:db8::1%eth0",
              "\"" + ALLOWED + "\"",
              "for=" + ALLOWED,
              ALLOWED + ", unknown",
              ALLOWED + ", ,127.0.0.1")) {
        refused(403, request.with("X-Forwarded-For", unread));
      }
      refused(403, request.with("X-Forwarded-For", ELSEWHERE + ":5555"));
      refused(403, request.with("X-Forwarded-For", "[2001:db9::1]:443"));
    }
  }

  private void addressesOfGuesses() {
    String org = someone("guarded");
    String who = someone("gus");
    Map<String, String> known =
        given(org + " is a live organisation on incrm", who + " is owner of " + org);
    for (int i = 0; i < platform().lockOutFailures(); i++) {
      Request guess =
          Door.INCRM.signIn("guess" + i + "@people.test", "a guess", "198.18.77." + (i % 250));
      assertThat(askFrom(stranger(3), guess).status()).isEqualTo(401);
    }
    Request right = Door.INCRM.signIn(known.get(who + ".email"), PASSWORD, "198.18.78.1");
    assertThat(askFrom(stranger(3), right).status()).isEqualTo(401);
    assertThat(askFrom(stranger(4), right).status()).isEqualTo(200);
  }

  @TestFactory
  Stream<DynamicTest> identities() {
    return Stream.of(
        sentence(
            "X-Auth-* from outside is nobody, and changes nothing beside a credential",
            this::forgedIdentity),
        sentence(
            "Keyledger-* from outside moves a credential into no other dialect or environment",
            this::forgedDialect),
        sentence(
            "No refusal tells a client the reason that is for the gateway",
            this::reasonsStayInside));
  }

  private static final List<String> RESOURCES =
      List.of(
          "/developer/companies",
          "/api/v1/client",
          "/api/v1/products",
          "/api/v1/payments",
          "/api/v1/auth/api-keys",
          "/v1/organizations",
          "/v1/sessions",
          "/v1/authorize");

  private Map<String, String> twoOrganizations() {
    return given(
        "target is a live organisation on incrm",
        "tess is owner of target and signed in at InCRM",
        "forger is a live organisation on incrm",
        "fay is employee of forger and signed in at InCRM");
  }

  private static Request pretending(Request request, Map<String, String> known) {
    return request
        .with("X-Auth-Organization", known.get("target.id"))
        .with("X-Auth-Subject", known.get("tess.member"))
        .with("X-Auth-Environment", "live")
        .with("X-Auth-Scopes", "clients.read clients.write api_keys.create members.manage")
        .with("X-Auth-Operator", "true")
        .with("x-auth-organization", known.get("target.id"));
  }

  private void forgedIdentity() {
    Map<String, String> known = twoOrganizations();
    for (String path : RESOURCES) {
      Request bare = Request.get(path);
      assertThat(ask(pretending(bare, known)).status()).as(path).isEqualTo(401);
      Request own = bare.as(known.get("fay.token"));
      assertThat(withoutTimes(ask(pretending(own, known))))
          .as(path)
          .isEqualTo(withoutTimes(ask(own)))
          .doesNotContain(known.get("target.id"), known.get("target.slug"));
    }
    Request create = Request.post("/api/v1/api-key", Map.of("name", "forged"));
    refused(401, pretending(create.as(known.get("fay.token")), known));
  }

  private static String withoutTimes(Answered answer) {
    return answer.looks().replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME");
  }

  private void forgedDialect() {
    Map<String, String> known =
        given(
            "forged is a live organisation on incard",
            "fred is owner of forged and signed in",
            "boxed is a sandbox key of fred in forged",
            "globe is a live organisation on incrm",
            "gina is owner of globe and signed in at InCRM",
            "maker is an unscoped InCRM key of gina");
    String box = known.get("boxed.secret");
    String maker = known.get("maker.secret");
    for (String dialect : List.of("incard", "incrm", "syncgram-pay", "octopus-cards", "", "*")) {
      for (String environment : List.of("sandbox", "live", "sandbox,live", "")) {
        for (Request refused :
            List.of(
                Request.post("/auth/v1/token", Map.of("api_key", box)),
                Request.post("/auth/v1/sandbox/token", Map.of("api_key", maker)),
                Request.get("/developer/companies").as(maker),
                Request.get("/api/v1/payments").as(maker),
                Request.get("/api/v1/products").as(maker))) {
          refused(
              401,
              refused
                  .with("Keyledger-Dialect", dialect)
                  .with("keyledger-environment", environment));
        }
        Request good = Request.get("/api/v1/client").as(maker);
        succeed(good.with("Keyledger-Dialect", dialect).with("Keyledger-Environment", environment));
      }
    }
  }

  private void reasonsStayInside() {
    Map<String, String> known = twoOrganizations();
    for (String path : RESOURCES) {
      for (Request request :
          List.of(
              Request.get(path),
              Request.get(path).as("nonsense"),
              Request.get(path).as(TellingApartTest.forged(known.get("tess.token"))))) {
        for (String dialect : List.of("incard", "incrm", "syncgram-pay", "octopus-cards")) {
          Answered answer = ask(request.with("Keyledger-Dialect", dialect));
          assertThat(answer.all("Keyledger-Reason")).as(path).isEmpty();
          assertThat(answer.all("Keyledger-Dialect")).as(path).isEmpty();
        }
      }
    }
  }
}
