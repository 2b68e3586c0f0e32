package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.access.AccessFeed;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.SessionGrant;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a verifier that can't ask reads (draft-ietf-oauth-status-list-21). */
class StatusListsTest extends EnforcementTest {
  /** A list is kept for a second. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final String TYPE = "application/statuslist+jwt";

  private static TestTenant listing() {
    TestTenant tenant = tenant();
    publish(tenant.withPolicy(TestTenant::listing));
    return tenant;
  }

  private static Token exchanged(TestTenant.Key key) {
    return token(send(json("/v1/tokens", Map.of("api_key", key.secret))));
  }

  private static Token token(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return new Token(answer.field("access_token"));
  }

  private static Token ofOwner(TestTenant tenant) {
    return new Token(
        service
            .context()
            .getBean(AccessTokens.class)
            .issueSession(
                new SessionGrant(
                    tenant.ownerPerson,
                    SessionId.of(UuidCreator.getTimeOrderedEpoch()),
                    false,
                    tenant.owner,
                    CLOCK.instant(),
                    Duration.ofMinutes(15),
                    CLOCK.instant().plus(Duration.ofDays(1))))
            .token()
            .revealSecret());
  }

  /** Knows what it says itself, and finds the rest by that. */
  private record Token(String text) {
    JsonNode place() {
      return part(text, 1).at("/status/status_list");
    }

    String path() {
      return URI.create(place().path("uri").asString()).getPath();
    }

    Answer list() {
      return send(to(path()).GET());
    }

    boolean isInvalid() {
      return bitOf(list().text(), place().path("idx").asInt());
    }
  }

  private static JsonNode part(String jwt, int index) {
    return EventCodec.mapper().readTree(Base64.getUrlDecoder().decode(jwt.split("\\.")[index]));
  }

  private static boolean bitOf(String list, int index) {
    byte[] bits = bits(list);
    return (bits[index / 8] >> (index % 8) & 1) == 1;
  }

  private static byte[] bits(String list) {
    var bits = new byte[1 << 16];
    try (var inflater = new Inflater()) {
      inflater.setInput(
          Base64.getUrlDecoder().decode(part(list, 1).at("/status_list/lst").asString()));
      return Arrays.copyOf(bits, inflater.inflate(bits));
    } catch (DataFormatException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void section_5_1_aListIsASignedTokenOfItsOwnTypeThatAnybodyMayReadAndKeepForAMoment() {
    Token token = exchanged(published(listing().key("live")));

    Answer list = token.list();

    assertThat(list.status()).isEqualTo(200);
    assertThat(list.header("Content-Type")).isEqualTo(TYPE);
    assertThat(list.header("Cache-Control")).isEqualTo("max-age=5, public");
    assertThat(part(list.text(), 0).path("typ").asString()).isEqualTo("statuslist+jwt");
    assertThat(part(list.text(), 0).path("kid")).isEqualTo(part(token.text(), 0).path("kid"));
    JsonNode claims = part(list.text(), 1);
    assertThat(claims.path("sub")).isEqualTo(token.place().path("uri"));
    assertThat(claims.path("ttl").asInt()).isEqualTo(30);
    assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(300);
    assertThat(claims.at("/status_list/bits").asInt()).isEqualTo(1);
    assertThat(bits(list.text())).hasSize(2_048);
    // What it says is no access token's, though the same key signed it.
    assertThat(service.context().getBean(AccessTokens.class).read(list.text())).isNull();
  }

  @Test
  void whatEndsATokenByAnyPathIsInItsListAndTheTokensBesideItStayAsTheyAre() {
    TestTenant tenant = listing();
    TestTenant.Key ending = published(tenant.key("live"));
    TestTenant.Key resting = published(tenant.key("live"));
    TestTenant.Key lasting = published(tenant.key("live", "clients.read"));
    TestTenant suspended = listing();
    TestTenant leaving = listing();
    Token live = exchanged(lasting);
    Token revokedItself = exchanged(lasting);
    List<Token> ended =
        List.of(
            revokedItself,
            exchanged(ending),
            exchanged(resting),
            exchanged(published(suspended.key("live"))),
            ofOwner(leaving));
    for (Token token : ended) {
      assertThat(token.isInvalid()).isFalse();
    }

    publish(ending.revoked());
    publish(resting.suspended(null));
    publish(suspended.suspended(true));
    publish(leaving.ownerRemoved());
    Answer revoked =
        send(
            form("/oauth2/revoke", Map.of("token", revokedItself.text()))
                .header("Authorization", basic(lasting.id.value(), lasting.secret)));
    assertThat(revoked.status()).isEqualTo(200);

    await().atMost(SOON).until(() -> ended.stream().allMatch(Token::isInvalid));
    assertThat(live.isInvalid()).isFalse();
    publish(resting.resumed());
    await().atMost(SOON).until(() -> !ended.get(2).isInvalid());
  }

  @Test
  void aRefreshedTokenHasAPlaceOfItsOwn() {
    TestTenant.Key key = published(listing().key("live"));
    Answer first = send(json("/v1/tokens", Map.of("api_key", key.secret)));
    Token refreshed =
        token(
            send(
                form(
                    "/oauth2/token",
                    Map.of(
                        "grant_type",
                        "refresh_token",
                        "refresh_token",
                        first.field("refresh_token")))));

    assertThat(refreshed.place()).isNotEqualTo(token(first).place());
    assertThat(refreshed.isInvalid()).isFalse();
  }

  /** Nothing bounds how often a retry comes, and each gets what there was. */
  @Test
  void aRetriedRefreshListsNoOtherToken() throws SQLException {
    TestTenant tenant = tenant();
    publish(
        tenant.withPolicy(p ->
            TestTenant.listing(
                TestTenant.with(
                    p,
                    new KeyTokenRules(
                        KeyTokenRules.Format.JWT,
                        Duration.ofMinutes(15),
                        Duration.ofDays(7),
                        Refresh.FIXED,
                        null,
                        Duration.ofSeconds(10),
                        null)))));
    TestTenant.Key key = published(tenant.key("live"));
    Answer first = send(json("/v1/tokens", Map.of("api_key", key.secret)));
    HttpRequest.Builder refresh =
        form(
            "/oauth2/token",
            Map.of("grant_type", "refresh_token", "refresh_token", first.field("refresh_token")));
    Token refreshed = token(send(refresh));

    for (int i = 0; i < 3; i++) {
      assertThat(token(send(refresh))).isEqualTo(refreshed);
    }

    assertThat(listed(key)).isEqualTo(2);
  }

  /** Or a family that is refreshed in a loop would list as many as it likes. */
  @Test
  void aRefreshCountsWhereItListsATokenAndLosesNothing() {
    TestTenant tenant = tenant();
    publish(
        tenant.withPolicy(p ->
            TestTenant.listing(
                TestTenant.with(
                    p,
                    new KeyTokenRules(
                        KeyTokenRules.Format.JWT,
                        Duration.ofMinutes(15),
                        Duration.ofDays(7),
                        Refresh.FIXED,
                        null,
                        null,
                        new KeyRules.Rate(2, Duration.ofMinutes(1)))))));
    TestTenant.Key key = published(tenant.key("live"));
    Answer first = send(json("/v1/tokens", Map.of("api_key", key.secret)));
    Answer second = send(refresh(first));
    assertThat(second.status()).isEqualTo(200);

    // Were the token used up by the first, the second would be refused for that.
    for (int i = 0; i < 2; i++) {
      assertThat(send(refresh(second)).status()).isEqualTo(429);
    }
  }

  private static HttpRequest.Builder refresh(Answer before) {
    return form(
        "/oauth2/token",
        Map.of("grant_type", "refresh_token", "refresh_token", before.field("refresh_token")));
  }

  private static int listed(TestTenant.Key key) throws SQLException {
    try (var connection = service.database().asSuperuser();
        var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "select count(*) from token.listed_token where key = '" + key.id.uuid() + "'")) {
      found.next();
      return found.getInt(1);
    }
  }

  @Test
  void anOrganisationsExchangesForListedTokensHaveARateWhateverItsPolicySays() {
    Answer answer =
        send(json("/v1/tokens", Map.of("api_key", published(listing().key("live")).secret)));
    assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"token-grants\";q=6000;w=60");
    Answer other =
        send(json("/v1/tokens", Map.of("api_key", published(tenant().key("live")).secret)));
    assertThat(other.header("RateLimit-Policy")).isNull();
    assertThat(part(other.field("access_token"), 1).has("status")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3f0c9a52-6d0e-4c0b-9a59-7f1f0f6a1c11",
        "3F0C9A52-6D0E-4C0B-9A59-7F1F0F6A1C11",
        "1-1-1-1-1",
        "x",
      })
  void aListThatIsNoneIsUnknown(String name) {
    Answer answer = send(to("/status-lists/" + name).GET());
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.field("code")).isEqualTo("status_list_not_found");
  }

  @Test
  void aListIsToldAsItIsOrNotAtAll() {
    TestTenant tenant = listing();
    Token token = exchanged(published(tenant.key("live")));
    assertThat(token.list().status()).isEqualTo(200);
    assertThat(send(to(token.path()).header("Accept", "text/html").GET()).status()).isEqualTo(406);
    service.ledger().begin();
    service.ledger().write(tenant.key("live").record());
    var feed = service.context().getBean(AccessFeed.class);
    // Asked for all the time, so that the one of just before is at hand.
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(SOON)
        .until(() -> token.list().status() == 503 || !feed.isReady());
    Answer answer = token.list();

    service.ledger().commit();
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.field("code")).isEqualTo("not_fresh");
    await().atMost(SOON).until(feed::isReady);
  }

  /** Each hands out places of lists of its own, and tells of the others' as they did. */
  @Test
  void replicasShareNoPlaceAndTellOfListsWhoseReplicaIsGone() {
    TestTenant.Key key = published(listing().key("live"));
    Token here = exchanged(key);
    Running shared = service;
    Running another = start(Servers.forTests().bootstrapServers(), shared.database());
    Token there;
    try {
      service = another;
      there = exchanged(key);
      assertThat(there.path()).isNotEqualTo(here.path());
      assertThat(here.isInvalid()).isFalse();
    } finally {
      another.context().close();
      service = shared;
    }
    assertThat(there.isInvalid()).isFalse();
    publish(key.revoked());
    await().atMost(SOON).until(() -> here.isInvalid() && there.isInvalid());
  }
}
