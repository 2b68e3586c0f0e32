package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.id.PersonId;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

/** Whoever signs in, switches or refreshes in a loop fills no disk. */
@TestPropertySource(
    properties = {
      "keyledger.people.sessions.live=3",
      "keyledger.people.sessions.kept=5",
      "keyledger.people.sessions.refreshes=4",
    })
class SessionBoundsTest extends PeopleHttpTest {
  private final String email = someEmail();

  @Test
  void aSignInBeyondTheMostEndsTheSessionThatWasUsedTheLongestAgo() {
    PersonId person = org().member(email).person;
    var sessions = new ArrayList<Api.Answer>();
    for (int i = 0; i < 3; i++) {
      sessions.add(signedIn(email));
      clock.advance(Duration.ofSeconds(1));
    }
    sessions.set(0, refresh(sessions.getFirst().field("refresh_token")));
    clock.advance(Duration.ofSeconds(1));

    sessions.add(signedIn(email));

    assertThat(sessions)
        .extracting(s -> api.get("/v1/sessions", s.field("access_token")).status())
        .containsExactly(200, 401, 200, 200);
    assertThat(refresh(sessions.get(1).field("refresh_token")).code())
        .isEqualTo("401 invalid_refresh_token");
    for (int i = 0; i < 6; i++) {
      clock.advance(Duration.ofSeconds(1));
      signedIn(email);
    }
    assertThat(rows(person)).isEqualTo(5);
  }

  @Test
  void switchingInALoopLeavesSoManyRowsAndTheOtherSessionsInPeace() {
    Org org = org();
    PersonId person = org.member(email).person;
    Api.Answer other = signedIn(email);
    Api.Answer session = signedIn(email);
    for (int i = 0; i < 8; i++) {
      clock.advance(Duration.ofSeconds(1));
      session =
          api.post(
              "/v1/sessions/current/organization",
              session.field("access_token"),
              java.util.Map.of(
                  "organization", org.slug, "refresh_token", session.field("refresh_token")));
      assertThat(session.status()).isEqualTo(201);
    }

    // The one that lives on is older than all that are kept, and stays beside them.
    assertThat(rows(person)).isEqualTo(6);
    assertThat(refresh(other.field("refresh_token")).status()).isEqualTo(200);
  }

  @Test
  void aSessionThatIsRefreshedTooOftenEnds() {
    Org org = org();
    org.member(email);
    Api.Answer session = signedIn(email);
    for (int i = 0; i < 4; i++) {
      session = refresh(session.field("refresh_token"));
      assertThat(session.status()).isEqualTo(200);
    }

    assertThat(refresh(session.field("refresh_token")).code())
        .isEqualTo("401 invalid_refresh_token");
    assertThat(api.get("/v1/sessions", session.field("access_token")).status()).isEqualTo(401);
  }

  private static long rows(PersonId person) {
    return DATABASE
        .jdbc()
        .sql("select count(*) from session where person_id = ?")
        .param(person.uuid())
        .query(Long.class)
        .single();
  }
}
