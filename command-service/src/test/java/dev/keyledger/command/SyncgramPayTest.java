package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.command.Replica.Answer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the preset syncgram-pay makes of creating keys, through the API and in its order. */
class SyncgramPayTest extends CommandServiceTest {
  private final RegisteredOrganization organization = organization("syncgram-pay");
  private final String owner = member(organization, "owner");

  private Answer create(String as, RegisteredOrganization in, String body, String idempotencyKey) {
    return one.post(as, in.keys(), body, "Idempotency-Key", idempotencyKey);
  }

  private Answer create(String idempotencyKey) {
    return create(owner, organization, newKey("k", "live"), idempotencyKey);
  }

  private void revoke(Answer created) {
    String id = created.body().required("key").required("id").stringValue();
    assertThat(one.post(owner, organization.keys() + "/" + id + "/revoke", "{}").status())
        .isEqualTo(200);
  }

  private static RegisteredOrganization connectedAccount() {
    String slug = "connected-" + System.nanoTime();
    Answer answer =
        one.post(
            OPERATOR,
            "/v1/organizations",
            """
            {"slug":"%s","name":"Test","kind":"connected_account","preset":"syncgram-pay"}
            """
                .formatted(slug));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    String id = answer.body().required("id").stringValue();
    return new RegisteredOrganization(id, slug, "/v1/organizations/" + slug);
  }

  @Test
  void fieldsComeBeforeTheConnectedAccountAndThatBeforeARetry() {
    RegisteredOrganization connected = connectedAccount();
    String theirs = member(connected, "owner");
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThat(create(theirs, connected, newKey("", "test"), "a").status()).isEqualTo(422);
      Answer refused = create(theirs, connected, newKey("k", "test"), "a");
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("connected_account");
    }
  }

  @Test
  void aRetryComesBeforeTheActiveKeyAndThatBeforeTheRate() {
    Answer first = create("a");
    assertThat(first.status()).as(first.text()).isEqualTo(201);

    assertThat(create("a").text()).isEqualTo(first.text());
    assertThat(create("b").code()).isEqualTo("key_limit_reached");
    revoke(first);
    assertThat(create("a").text()).isEqualTo(first.text());
    Answer tooFast = create("b");
    assertThat(tooFast.status()).isEqualTo(429);
    assertThat(tooFast.header("Retry-After")).isEqualTo("60");
  }

  @Test
  void neitherARetryNorARefusalCountsAgainstTheRateWhichIsEachMembersOwn() {
    Answer first = create("a");
    clock.advance(Duration.ofSeconds(59));
    create("a");
    create("b");
    revoke(first);
    assertThat(create("b").status()).isEqualTo(429);
    clock.advance(Duration.ofSeconds(1));
    Answer second = create("b");
    assertThat(second.status()).as(second.text()).isEqualTo(201);

    revoke(second);
    String other = member(organization, "employee");
    assertThat(create(other, organization, newKey("k", "test"), "c").status()).isEqualTo(201);
  }

  @Test
  void goingLiveRevokesTheTestKeyAndTheNextIsLiveWhateverWasAsked() {
    Answer test = create("a");
    assertThat(test.body().required("secret").stringValue()).startsWith("sk_test_");
    one.post(OPERATOR, organization.path() + "/verify", "{}");
    assertThat(one.post(OPERATOR, organization.path() + "/enable-live", "{}").status())
        .isEqualTo(200);
    clock.advance(Duration.ofMinutes(1));

    Answer live = create(owner, organization, newKey("k", "test"), "b");
    assertThat(live.status()).as(live.text()).isEqualTo(201);
    assertThat(live.body().required("secret").stringValue()).startsWith("sk_live_");
    String id = test.body().required("key").required("id").stringValue();
    assertThat(
            one.post(owner, organization.keys() + "/" + id + "/revoke", "{}")
                .body()
                .at("/key/status")
                .stringValue())
        .isEqualTo("revoked");
  }
}
