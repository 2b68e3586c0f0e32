package dev.keyledger.delivery.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.id.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SyslogFramesTest {
  private static final OrganizationId ORGANIZATION =
      new OrganizationId("org_0190f5c2-7b3a-7c4d-8e5f-0123456789ab");
  private static final String UID = "evt_0190f5c2-7b3a-7c4d-8e5f-0123456789ab";

  /** The grammar of RFC 5424, section 6, as far as what is written here may use it. */
  private static final Pattern MESSAGE =
      Pattern.compile(
          "<([1-9]?[0-9]?[0-9])>1 (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,6}Z) -"
              + " ([!-~]{1,48}) - ([!-~]{1,32})"
              + " \\[([!-~&&[^=\\]\"]]{1,32})((?: [!-~&&[^=\\]\"]]{1,32}=\"[^\"\\]\\\\]*\")*)\\] \uFEFF(.*)",
          Pattern.DOTALL);

  private static CollectedEvent event(long position, String type, int severity, String line) {
    return new CollectedEvent(
        position,
        UID,
        type,
        Instant.parse("2026-11-28T02:03:04.005Z"),
        severity,
        line.getBytes(StandardCharsets.UTF_8));
  }

  /** By the lengths alone, as a receiver reads them. */
  private static List<String> read(byte[] frames) {
    List<String> messages = new ArrayList<>();
    int at = 0;
    while (at < frames.length) {
      int length = 0;
      for (; frames[at] != ' '; at++) {
        length = 10 * length + frames[at] - '0';
      }
      messages.add(new String(frames, at + 1, length, StandardCharsets.UTF_8));
      at += 1 + length;
    }
    return messages;
  }

  @Test
  void rfc5425_4_3_eachMessageStandsBehindTheOctetsThatItHas() {
    byte[] frames =
        SyslogFrames.of(
            ORGANIZATION,
            Source.LEDGER,
            List.of(
                event(7, "key.created", 1, "{\"a\":\"ä\n€\"}"), event(8, "key.revoked", 2, "{}")),
            null);

    assertThat(read(frames)).hasSize(2).allSatisfy(one -> assertThat(one).matches(MESSAGE));
  }

  @Test
  void rfc5424_6_aMessageSaysWhoseItIsWhereItStandsAndByWhatItIsKnown() {
    Matcher message =
        MESSAGE.matcher(
            read(SyslogFrames.of(
                    ORGANIZATION,
                    Source.ACTIVITY,
                    List.of(event(7, "sign_in.locked_out", 3, "{\"x\":1}")),
                    4))
                .getFirst());

    assertThat(message.matches()).isTrue();
    // auth (4), warning (4)
    assertThat(message.group(1)).isEqualTo("36");
    assertThat(message.group(2)).isEqualTo("2026-11-28T02:03:04.005Z");
    assertThat(message.group(3)).isEqualTo("keyledger");
    assertThat(message.group(4)).isEqualTo("sign_in.locked_out");
    assertThat(message.group(5)).isEqualTo("keyledger@32473");
    assertThat(message.group(6))
        .isEqualTo(
            " organization=\"%s\" source=\"activity\" position=\"7\" uid=\"%s\" type=\"sign_in.locked_out\""
                .formatted(ORGANIZATION, UID));
    assertThat(message.group(7)).isEqualTo("{\"x\":1}");
  }

  @Test
  void rfc5424_6_2_7_aTypeThatIsTooLongForItIsCut() {
    Matcher message =
        MESSAGE.matcher(
            read(SyslogFrames.of(
                    ORGANIZATION,
                    Source.LEDGER,
                    List.of(event(0, "organization.ip_allowlist_changed", 2, "{}")),
                    null))
                .getFirst());

    assertThat(message.matches()).isTrue();
    assertThat(message.group(4)).isEqualTo("organization.ip_allowlist_change");
    assertThat(message.group(6)).endsWith("type=\"organization.ip_allowlist_changed\"");
  }

  @Test
  void howGraveAnEventIsIsSaidAsSyslogSaysIt() {
    assertThat(List.of(1, 2, 3, 4, 5, 6, 0, 99))
        .extracting(SyslogFrames::severity)
        .containsExactly(6, 5, 4, 3, 2, 1, 5, 5);
  }
}
