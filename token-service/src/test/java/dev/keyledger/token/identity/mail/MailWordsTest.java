package dev.keyledger.token.identity.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.token.identity.people.EmailAddress;
import jakarta.mail.Message;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailWordsTest {
  private static final Instant T = Instant.parse("2026-05-28T14:43:58Z");
  private static final UUID ID = UUID.fromString("01890000-0000-7000-8000-000000000000");

  private final MailWords words =
      new MailWords("keyledger@example.com", URI.create("https://app.example.com/"));

  @ParameterizedTest
  @EnumSource(Letter.Kind.class)
  void aMessageHasOneReaderConstantHeadersAndAStableName(Letter.Kind kind) throws Exception {
    MimeMessage message =
        words.message(ID, letter(kind, "ann@example.com", "kli_secret", "acme"), T);
    message.saveChanges();
    String head = headOf(message);

    assertThat(message.getRecipients(Message.RecipientType.TO)).hasSize(1);
    assertThat(message.getMessageID()).isEqualTo("<" + ID + "@example.com>");
    assertThat(message.getSentDate().toInstant()).isEqualTo(T);
    assertThat(head)
        .contains("To: ann@example.com", "From: keyledger@example.com", "Auto-Submitted: auto-")
        .doesNotContain("kli_secret", "acme");
    assertThat(words.message(ID, letter(kind, "ann@example.com", "t", "\r\nBcc: eve@evil.test"), T))
        .satisfies(m -> assertThat(headOf(m)).doesNotContain("Bcc", "eve"));
  }

  @Test
  void aLinksTokenStandsWhereNoServerGetsIt() throws Exception {
    var message =
        words.message(ID, letter(Letter.Kind.INVITATION, "ann@example.com", "kli_x", "acme"), T);

    assertThat((String) message.getContent())
        .contains("\"acme\"", "https://app.example.com/invitation#kli_x", "2026-05-28 14:43 UTC");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ann@example.com\r\nBcc: eve@evil.test",
        "ann@example.com\nSubject: other",
        "ann@example.com\u2028Bcc: eve@evil.test",
        "ann@example.com,eve@evil.test",
        "ann@example.com;eve@evil.test",
        "\"Ann\" <ann@example.com>",
        "friends:ann@example.com;",
        "ann(x)@example.com",
        "ann@example.com\u0000",
        "ann@exa\rmple.com",
      })
  void whatWouldBeAnotherHeaderOrReaderIsNoAddress(String text) {
    assertThat(EmailAddress.parse(text)).isEmpty();
    // Should one come by another way, it has no message.
    assertThatThrownBy(() ->
            words.message(
                ID, Letter.notice(Letter.Kind.PASSWORD_CHANGED, new EmailAddress(text), T), T))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("evil");
  }

  @Test
  void anAddressBeyondAsciiStaysWhatItIs() throws Exception {
    var message =
        words.message(
            ID,
            Letter.notice(
                Letter.Kind.PASSWORD_CHANGED, EmailAddress.of("jürgen@bücher.example"), T),
            T);
    assertThat(headOf(message)).contains("To: jürgen@xn--bcher-kva.example");
  }

  private static Letter letter(Letter.Kind kind, String to, String token, String organization) {
    return new Letter(kind, EmailAddress.of(to), new SecretText(token), organization, null, T);
  }

  private static String headOf(MimeMessage message) throws Exception {
    var out = new ByteArrayOutputStream();
    message.writeTo(out);
    String whole = out.toString(StandardCharsets.UTF_8);
    String head = whole.substring(0, whole.indexOf("\r\n\r\n"));
    assertThat(List.of(head.split("\r\n"))).allMatch(line -> line.matches("[A-Za-z-]+: .*|\\s.*"));
    return head;
  }
}
