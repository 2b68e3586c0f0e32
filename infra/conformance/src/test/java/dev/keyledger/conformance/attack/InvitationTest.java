package dev.keyledger.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** An inviter holds the invitation's token, and must come to no other person's account by it. */
class InvitationTest extends Attack {
  private static final String ATTACKERS_PASSWORD = "a long pass phrase of mallory's 9";

  @TestFactory
  Stream<DynamicTest> invitations() {
    return Stream.of(
        sentence("Nobody accepts an invitation for somebody who has a password", this::forAnother),
        sentence("Of two passwords for one new person the first stays", this::races));
  }

  private void forAnother() {
    for (String preset : List.of("incrm", "incard", "standard")) {
      String home = someone("home");
      String victim = someone("vivian");
      String evil = someone("evil");
      String mallory = someone("mallory");
      Map<String, String> known =
          given(
              home + " is a live organisation on " + preset,
              victim + " is owner of " + home,
              evil + " is a live organisation on " + preset,
              mallory + " is owner of " + evil + " and signed in");
      String email = known.get(victim + ".email");
      String token =
          succeed(
                  Request.post(
                          "/v1/organizations/" + known.get(evil + ".slug") + "/members",
                          Map.of("email", email, "role", "owner"))
                      .as(known.get(mallory + ".token"))
                      .with("Prefer", "wait=10"))
              .field("invitation_token");
      refused(401, accept(token, ATTACKERS_PASSWORD));
      refused(401, accept(token, PASSWORD));
      refused(401, accept(token, null));
      refused(401, accept(token, null).as(known.get(mallory + ".token")));
      refused(401, accept(token, ATTACKERS_PASSWORD).as(known.get(mallory + ".token")));
      // An address that looks the same to people isn't the same to us, or is.
      refused(401, signIn(email, ATTACKERS_PASSWORD));
      refused(401, signIn(email.toUpperCase(Locale.ROOT), ATTACKERS_PASSWORD));

      Answered session = succeed(signIn(email, PASSWORD));
      succeed(accept(token, null).as(session.field("access_token")));
      refused(401, accept(token, null).as(session.field("access_token")));
    }
  }

  private void races() {
    Map<String, String> known =
        given("racing is a live organisation on standard", "ray is owner of racing and signed in");
    String email = someone("fresh") + "@people.test";
    String token =
        succeed(
                Request.post(
                        "/v1/organizations/" + known.get("racing.slug") + "/members",
                        Map.of("email", email, "role", "employee"))
                    .as(known.get("ray.token"))
                    .with("Prefer", "wait=10"))
            .field("invitation_token");
    List<String> passwords =
        IntStream.range(0, 5).mapToObj(i -> "a long pass phrase number " + i).toList();
    List<Answered> answers =
        askAtOnce(passwords.stream().map(password -> accept(token, password)).toList());
    assertThat(answers.stream().filter(Answered::isSuccess)).as(answers.toString()).hasSize(1);
    assertThat(passwords.stream().filter(password -> ask(signIn(email, password)).isSuccess()))
        .hasSize(1);
  }

  private static Request accept(String token, String password) {
    var body = new TreeMap<String, String>();
    body.put("token", token);
    if (password != null) {
      body.put("password", password);
    }
    return Request.post("/v1/invitations/accept", body);
  }

  private static Request signIn(String email, String password) {
    return Door.CANONICAL.signIn(email, password, "203.0.113.60");
  }
}
