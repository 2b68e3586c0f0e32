package dev.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.access.AccessRecord.SecretAccess;
import dev.keyledger.events.policy.Role;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccessRecordTest {
  private static final KeyAccess KEY =
      new KeyAccess(
          Samples.ORGANIZATION,
          17,
          Samples.KEY,
          "live",
          List.of("clients.read"),
          Samples.MEMBER,
          null,
          KeyAccess.KeyState.ACTIVE,
          List.of(
              new SecretAccess("sk_live_zY9xW7v", "old", Samples.AT, Samples.AT, Samples.AT),
              new SecretAccess("sk_live_aB3dE5g", "verifier", Samples.AT, Samples.LATER)));

  private static KeyAccess suspended(Instant until) {
    return new KeyAccess(
        KEY.organization(),
        KEY.position(),
        KEY.key(),
        KEY.environment(),
        KEY.scopes(),
        KEY.createdBy(),
        KEY.expiresAt(),
        KEY.state(),
        KEY.secrets(),
        new KeyAccess.Suspension(until));
  }

  @Test
  void aKeyThatIsNotSuspendedIsWrittenAsBeforeKeysCouldBe() {
    assertThat(new String(EventCodec.encodeAccess(KEY), StandardCharsets.UTF_8))
        .doesNotContain("suspen");
  }

  @Test
  void recordsComeBackAsTheyWere() {
    List<AccessRecord> records =
        List.of(
            KEY,
            suspended(null),
            suspended(Samples.LATER),
            new MemberAccess(
                Samples.ORGANIZATION, 3, Samples.MEMBER, Samples.PERSON, Role.OWNER, false),
            new OrganizationAccess(
                Samples.ORGANIZATION,
                4,
                "acme",
                OrganizationKind.STANDARD,
                true,
                false,
                false,
                List.of("10.0.0.0/8"),
                List.of("live"),
                Samples.POLICY));

    for (AccessRecord record : records) {
      assertThat(EventCodec.decodeAccess(record.subject().value(), EventCodec.encodeAccess(record)))
          .isEqualTo(record);
    }
  }

  @Test
  void aSecretOfARecordOfBeforeItCouldSayThatItEndedHasATimeAlone() {
    String before =
        new String(EventCodec.encodeAccess(KEY), StandardCharsets.UTF_8)
            .replaceAll(",\"ended_at\":\"[^\"]*\"", "");

    var read =
        (KeyAccess)
            EventCodec.decodeAccess(Samples.KEY.value(), before.getBytes(StandardCharsets.UTF_8));

    assertThat(before).doesNotContain("ended_at");
    assertThat(read.secrets().getFirst())
        .isEqualTo(new SecretAccess("sk_live_zY9xW7v", "old", Samples.AT, Samples.AT));
  }

  @Test
  void aFieldOfALaterReleaseMakesTheRecordUnreadableSinceItMayBeARestriction() {
    String later =
        new String(EventCodec.encodeAccess(KEY), StandardCharsets.UTF_8)
            .replaceFirst("\\{", "{\"only_on_weekdays\":true,");

    assertThatThrownBy(() ->
            EventCodec.decodeAccess(Samples.KEY.value(), later.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(EventCodec.UnreadableException.class);
  }

  @Test
  void aRecordUnderAnotherSubjectsKeyIsUnreadable() {
    assertThatThrownBy(() ->
            EventCodec.decodeAccess(
                "key_0190f5c2-7b3a-7c4d-8e5f-0123456789ac", EventCodec.encodeAccess(KEY)))
        .isInstanceOf(EventCodec.UnreadableException.class);
  }

  @Test
  void whatCannotBeReadIsNotQuoted() {
    assertThatThrownBy(() ->
            EventCodec.decodeAccess(
                Samples.KEY.value(),
                "{\"secret\":\"sk_live_planted\"".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(EventCodec.UnreadableException.class)
        .hasMessageNotContaining("planted")
        .hasNoCause();
  }
}
