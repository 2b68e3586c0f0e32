package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.token.AtOnce;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InvitationsTest extends PeopleHttpTest {
  private final String email = someEmail();

  @Test
  void whoeverHasNoPasswordSetsOneOnce() {
    Membership membership = org().invite(email);
    membership.added(Role.DEVELOPER);

    assertThat(accept(membership.token, null).code()).isEqualTo("401 sign_in_required");
    assertThat(accept(membership.token, "short").field("field")).isEqualTo("password");
    Api.Answer accepted = accept(membership.token, PASSWORD);

    assertThat(accepted.status()).isEqualTo(200);
    assertThat(accepted.field("organization")).isEqualTo(membership.org.id.value());
    assertThat(accepted.field("member")).isEqualTo(membership.id.value());
    assertThat(accept(membership.token, PASSWORD).code()).isEqualTo("401 invalid_invitation");
    assertThat(signIn(email).status()).isEqualTo(201);
  }

  @Test
  void whoeverHasAPasswordAcceptsWithASessionOfTheirOwn() {
    org().member(email);
    String stranger = someEmail();
    org().member(stranger);
    Membership membership = org().invite(email);
    membership.added(Role.AUDITOR);
    String own = signedIn(email).field("access_token");

    assertThat(accept(membership.token, null).code()).isEqualTo("401 sign_in_required");
    assertThat(accept(membership.token, "short").field("field")).isEqualTo("password");
    assertThat(accept(membership.token, "a password of an intruder").code())
        .isEqualTo("401 sign_in_required");
    assertThat(acceptAs(signedIn(stranger).field("access_token"), membership.token).code())
        .isEqualTo("401 sign_in_required");
    assertThat(
            api.post(
                    "/v1/invitations/accept",
                    own,
                    Map.of("token", membership.token, "password", "another pass phrase"))
                .code())
        .isEqualTo("409 password_already_set");
    assertThat(acceptAs(own, membership.token).status()).isEqualTo(200);
  }

  @Test
  void theSameInvitationAcceptedAtOnceIsAcceptedOnce() throws Exception {
    Membership membership = org().invite(email);
    membership.added(Role.DEVELOPER);

    // As many as one network may have waiting for the hashing threads here; a third is refused
    // where neither of the others has had its turn yet.
    List<Integer> statuses = AtOnce.run(2, () -> accept(membership.token, PASSWORD).status());

    assertThat(statuses).containsExactlyInAnyOrder(200, 401);
  }

  @Test
  void twoFirstPasswordsAtOnceAreOne() throws Exception {
    var tokens = new java.util.concurrent.ConcurrentLinkedQueue<String>();
    for (Org org : List.of(org(), org())) {
      Membership membership = org.invite(email);
      membership.added(Role.DEVELOPER);
      tokens.add(membership.token);
    }

    List<Integer> statuses = AtOnce.run(2, () -> accept(tokens.remove(), PASSWORD).status());

    assertThat(statuses).containsExactlyInAnyOrder(200, 401);
  }

  @Test
  void anInvitationTakesSoManyPasswordsAndNoMoreHoweverManyComeAtOnce() throws Exception {
    Membership membership = org().invite(email);
    membership.added(Role.DEVELOPER);
    for (int i = 0; i < 47; i++) {
      assertThat(accept(membership.token, "short").field("field")).isEqualTo("password");
    }

    List<Integer> statuses = AtOnce.run(8, () -> accept(membership.token, "short").status());

    assertThat(statuses).filteredOn(s -> s == 422).hasSize(3);
    assertThat(statuses).filteredOn(s -> s == 401).hasSize(5);
    assertThat(accept(membership.token, PASSWORD).code()).isEqualTo("401 invalid_invitation");
  }

  @Test
  void theDemonstrationAcceptsWhatIsLiveHoweverOften() {
    Membership live = org().invite(email);
    live.added(Role.OWNER);
    Membership never = org().invite(email);
    Membership removed = org().invite(email);
    removed.added(Role.DEVELOPER);
    removed.removed();

    for (int i = 0; i < 2; i++) {
      Api.Answer made =
          api.post(
              "/internal/v1/demonstration/people",
              internalTokens.make(ServicePair.SEEDER_TO_TOKEN),
              Map.of("email", email, "password", PASSWORD, "accept_memberships", true));
      assertThat(made.json().path("members"))
          .extracting(member -> member.asString())
          .containsExactly(live.id.value());
    }
    assertThat(signIn(email).status()).isEqualTo(201);
    assertThat(never.person).isEqualTo(live.person);
  }

  @Test
  void anInvitationLivesFor72Hours() {
    Membership membership = org().invite(email);
    membership.added(Role.DEVELOPER);
    clock.advance(Duration.ofHours(72));

    assertThat(accept(membership.token, PASSWORD).code()).isEqualTo("401 invalid_invitation");
  }

  @Test
  void anInvitationWhoseMemberNeverCameToBeOrWasRemovedCannotBeAccepted() {
    Membership never = org().invite(email);
    Membership removed = org().invite(email);
    removed.added(Role.DEVELOPER);
    removed.removed();

    assertThat(accept(never.token, PASSWORD).code()).isEqualTo("401 invalid_invitation");
    assertThat(accept(removed.token, PASSWORD).code()).isEqualTo("401 invalid_invitation");
    assertThat(signIn(email).status()).isEqualTo(401);
  }

  @Test
  void theSealedAddressOpensWithTheDataKeyThatServicesAskFor() {
    Org org = org();
    Api.Answer invited =
        api.post(
            "/internal/v1/invitations",
            internalTokens.make(ServicePair.COMMAND_TO_TOKEN),
            Map.of(
                "organization",
                org.id.value(),
                "member",
                MemberId.of(com.github.f4b6a3.uuid.UuidCreator.getTimeOrderedEpoch()).value(),
                "email",
                email.toUpperCase(java.util.Locale.ROOT)));
    var person = new dev.keyledger.events.id.PersonId(invited.field("person"));
    Api.Answer keys =
        api.post(
            "/internal/v1/people/data-keys",
            internalTokens.make(ServicePair.QUERY_TO_TOKEN),
            Map.of("people", List.of(person.value())));

    byte[] material =
        Base64.getUrlDecoder().decode(keys.json().path("keys").get(0).path("material").asString());
    String ciphertext = invited.json().path("sealed_email").path("ciphertext").asString();
    assertThat(new PersonKey(person, material).unseal(new SealedText(person, ciphertext)))
        .contains(email);
  }

  @Test
  void theInternalPathsTakeInternalTokensAlone() {
    org().member(email);
    String person = signedIn(email).field("access_token");
    Map<String, ?> body = Map.of("people", List.of());

    assertThat(api.post("/internal/v1/people/data-keys", body).code())
        .isEqualTo("401 invalid_token");
    assertThat(api.post("/internal/v1/people/data-keys", person, body).code())
        .isEqualTo("401 invalid_token");
    assertThat(
            api.post(
                    "/internal/v1/people/erasures",
                    person,
                    Map.of("person", "per_01890000-0000-7000-8000-000000000000"))
                .code())
        .isEqualTo("401 invalid_token");
  }

  private Api.Answer accept(String token, String password) {
    return api.post(
        "/v1/invitations/accept",
        password == null ? Map.of("token", token) : Map.of("token", token, "password", password));
  }

  private Api.Answer acceptAs(String accessToken, String token) {
    return api.post("/v1/invitations/accept", accessToken, Map.of("token", token));
  }
}
