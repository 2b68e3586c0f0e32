package dev.keyledger.delivery.collector;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.text.Timestamp;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events as messages of syslog (RFC 5424), each behind its length (RFC 5425, section 4.3). What the
 * header says is known to be in its form; the event itself is behind a byte order mark, in UTF-8.
 */
final class SyslogFrames {
  /** Log audit (RFC 5424, section 6.2.1). */
  private static final int FACILITY = 13;

  /** Of a message's type (RFC 5424, section 6.2.7). */
  private static final int LONGEST_MSGID = 32;

  /** By the number that stands for an enterprise in examples (RFC 5612): there is none of ours. */
  private static final String ID = "keyledger@32473";

  private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private SyslogFrames() {}

  static byte[] of(
      OrganizationId organization,
      Source source,
      List<CollectedEvent> events,
      @Nullable Integer facility) {
    var frames = new ByteArrayOutputStream();
    for (CollectedEvent one : events) {
      byte[] head = head(organization, source, one, facility == null ? FACILITY : facility);
      frames.writeBytes(ascii(head.length + MARK.length + one.line().length + " "));
      frames.writeBytes(head);
      frames.writeBytes(MARK);
      frames.writeBytes(one.line());
    }
    return frames.toByteArray();
  }

  private static byte[] head(
      OrganizationId organization, Source source, CollectedEvent event, int facility) {
    int priority = facility * 8 + severity(event.severity());
    return ascii(
        "<%d>1 %s - keyledger - %s [%s organization=\"%s\" source=\"%s\" position=\"%d\" uid=\"%s\" type=\"%s\"] "
            .formatted(
                priority,
                Timestamp.text(event.at()),
                cut(event.type()),
                ID,
                organization,
                source.text(),
                event.position(),
                event.id(),
                event.type()));
  }

  /** What OCSF calls how grave it is, as syslog does (RFC 5424, section 6.2.1). */
  static int severity(int ocsf) {
    return switch (ocsf) {
      case 1 -> 6; // informational
      case 2 -> 5; // low: notice
      case 3 -> 4; // medium: warning
      case 4 -> 3; // high: error
      case 5 -> 2; // critical
      case 6 -> 1; // fatal: alert
      default -> 5; // unknown, other: notice
    };
  }

  private static String cut(String type) {
    return type.substring(0, Math.min(LONGEST_MSGID, type.length()));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
