package dev.keyledger.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.keyledger.conformance.Conformance.Platform;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every credential of every system, put to every place of every other one, is answered there as one
 * that was never issued; at home each is good.
 */
class StrangersTest {
  @RegisterExtension static final Conformance CONFORMANCE = new Conformance();

  private enum Origin {
    INCARD,
    INCRM,
    SYNCGRAM_PAY,
    OCTOPUS_CARDS,
    /** An organisation that speaks the canonical API. */
    STANDARD;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * @param id of the key that it belongs to, where it is asked for along with it
   */
  private record Credential(Origin system, String kind, String id, String text) {
    /** What was never issued, in the same form. */
    Credential forged() {
      int at = text.length() - 8;
      char other = text.charAt(at) == 'x' ? 'y' : 'x';
      return new Credential(
          system, kind, id, text.substring(0, at) + other + text.substring(at + 1));
    }

    @Override
    public String toString() {
      return system + "'s " + kind;
    }
  }

  private interface Question {
    Answer ask(Api api, Credential credential);
  }

  /** Where a system takes a credential. */
  private record Place(Origin system, String name, Question question) {
    @Override
    public String toString() {
      return system + ", " + name;
    }
  }

  private static final List<Place> PLACES =
      List.of(
          exchange(Origin.INCARD, "/auth/v1/token"),
          exchange(Origin.INCARD, "/auth/v1/sandbox/token"),
          bearer(Origin.INCARD, "/developer/companies"),
          apiKey(Origin.INCARD, "/developer/companies"),
          bearer(Origin.INCRM, "/api/v1/client"),
          apiKey(Origin.INCRM, "/api/v1/client"),
          new Place(
              Origin.INCRM,
              "the refresh cookie",
              (api, credential) ->
                  api.with("Cookie", "refreshToken=" + credential.text())
                      .post("/api/v1/auth/token/refresh")),
          new Place(
              Origin.INCRM,
              "making keys",
              (api, credential) ->
                  api.as(credential.text()).post("/api/v1/api-key", Map.of("name", "stranger"))),
          new Place(
              Origin.INCRM,
              "logout",
              (api, credential) -> api.as(credential.text()).post("/api/v1/auth/logout")),
          bearer(Origin.SYNCGRAM_PAY, "/api/v1/payments"),
          apiKey(Origin.SYNCGRAM_PAY, "/api/v1/payments"),
          bearer(Origin.SYNCGRAM_PAY, "/api/v1/auth/api-keys"),
          refresh(Origin.SYNCGRAM_PAY, "/auth/refresh"),
          refresh(Origin.SYNCGRAM_PAY, "/api/v1/auth/refresh"),
          bearer(Origin.OCTOPUS_CARDS, "/api/v1/products"),
          apiKey(Origin.OCTOPUS_CARDS, "/api/v1/products"),
          refresh(Origin.OCTOPUS_CARDS, "/auth/login/refresh"),
          new Place(
              Origin.OCTOPUS_CARDS,
              "login",
              (api, credential) ->
                  api.post(
                      "/auth/login",
                      Map.of("username", credential.id(), "password", credential.text()))));

  private static Place exchange(Origin system, String path) {
    return new Place(
        system, path, (api, credential) -> api.post(path, Map.of("api_key", credential.text())));
  }

  private static Place refresh(Origin system, String path) {
    return new Place(
        system,
        path,
        (api, credential) -> api.post(path, Map.of("refresh_token", credential.text())));
  }

  private static Place bearer(Origin system, String path) {
    return new Place(
        system, "a bearer at " + path, (api, credential) -> api.as(credential.text()).get(path));
  }

  private static Place apiKey(Origin system, String path) {
    return new Place(
        system,
        "X-Api-Key at " + path,
        (api, credential) -> api.with("X-Api-Key", credential.text()).get(path));
  }

  @TestFactory
  Stream<DynamicTest> credentialsOfOthers(Platform platform) {
    Api api = platform.cluster().gateway();
    List<Credential> credentials = credentials(platform);
    var tests = new ArrayList<DynamicTest>();
    for (Credential credential : credentials) {
      for (Origin system : List.of(Origin.values())) {
        List<Place> places = PLACES.stream().filter(place -> place.system() == system).toList();
        if (system != credential.system() && !places.isEmpty()) {
          String sentence = credential + " is unknown at " + system;
          tests.add(
              dynamicTest(
                  sentence,
                  () ->
                      platform
                          .report()
                          .of(
                              "together",
                              sentence,
                              () -> places.forEach(place -> isUnknown(credential, place, api)))));
        }
      }
    }
    String control = "... while each is good at home";
    tests.add(
        dynamicTest(
            control,
            () -> platform.report().of("together", control, () -> areGood(credentials, api))));
    return tests.stream();
  }

  private static void isUnknown(Credential credential, Place place, Api api) {
    Answer answer = place.question().ask(api, credential);
    Answer toForged = place.question().ask(api, credential.forged());
    assertThat(answer.status()).as(place + ": " + answer).isEqualTo(401);
    assertThat(answer.rawBody()).as(place.toString()).isEqualTo(toForged.rawBody());
  }

  /** The control: a place that refused everything would pass for one that knows no strangers. */
  private static void areGood(List<Credential> credentials, Api api) {
    for (Credential credential : credentials) {
      if (credential.system() != Origin.STANDARD && !credential.kind().startsWith("person's ")) {
        assertThat(PLACES.stream().filter(place -> place.system() == credential.system()))
            .as(credential.toString())
            .anyMatch(place -> place.question().ask(api, credential).isSuccess());
      }
    }
  }

  private static List<Credential> credentials(Platform platform) {
    Map<String, String> known =
        platform
            .stage()
            .given(
                "acme is a live organisation on incard",
                "olga is owner of acme and signed in",
                "exchanged is a live key of olga in acme",
                "globex is a live organisation on incrm",
                "ines is owner of globex and signed in at InCRM",
                "robot is an unscoped InCRM key of ines",
                "wire is a live organisation on syncgram-pay",
                "sven is owner of wire and signed in at Syncgram Pay",
                "server is the Syncgram Pay key of sven",
                "inky is a live organisation on octopus-cards",
                "pair is an operator-issued production key of inky",
                "inky logs in at Octopus Cards with pair",
                "plain is a live organisation on standard",
                "paul is owner of plain and signed in",
                "standard is a live key of paul in plain");
    Api api = platform.cluster().gateway();
    String opaque = exchanged(api, known.get("exchanged.secret"));
    String standard = exchanged(api, known.get("standard.secret"));
    return List.of(
        key(Origin.INCARD, known, "exchanged"),
        token(Origin.INCARD, "access token", opaque),
        token(Origin.INCARD, "person's session", known.get("olga.token")),
        token(Origin.INCARD, "person's refresh token", known.get("olga.refresh")),
        key(Origin.INCRM, known, "robot"),
        token(Origin.INCRM, "access token", known.get("ines.token")),
        token(Origin.INCRM, "refresh cookie", known.get("ines.cookie")),
        key(Origin.SYNCGRAM_PAY, known, "server"),
        token(Origin.SYNCGRAM_PAY, "access token", known.get("sven.token")),
        token(Origin.SYNCGRAM_PAY, "refresh token", known.get("sven.refresh")),
        key(Origin.OCTOPUS_CARDS, known, "pair"),
        token(Origin.OCTOPUS_CARDS, "access token", known.get("inky.token")),
        token(Origin.OCTOPUS_CARDS, "refresh token", known.get("inky.refresh")),
        key(Origin.STANDARD, known, "standard"),
        token(Origin.STANDARD, "access token", standard),
        token(Origin.STANDARD, "person's session", known.get("paul.token")),
        token(Origin.STANDARD, "person's refresh token", known.get("paul.refresh")));
  }

  private static String exchanged(Api api, String secret) {
    return api.post("/v1/tokens", Map.of("api_key", secret)).text("access_token");
  }

  private static Credential key(Origin system, Map<String, String> known, String name) {
    return new Credential(system, "key", known.get(name + ".id"), known.get(name + ".secret"));
  }

  private static Credential token(Origin system, String kind, String text) {
    return new Credential(system, kind, "key_00000000-0000-7000-8000-000000000000", text);
  }
}
