package dev.keyledger.token.identity.mail;

import dev.keyledger.events.credential.SecretText;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Properties;
import java.util.UUID;

/**
 * Letters as messages: plain text, whose headers are constants but for one address each way. A
 * link's token stands behind {@code #}, which no browser sends to a server.
 */
final class MailWords {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

  // Nothing but how headers are written: an address may have letters beyond ASCII (RFC 6532).
  private static final Session FORM = Session.getInstance(properties());

  private final InternetAddress from;
  private final String base;

  /**
   * @throws IllegalArgumentException when {@code from} is no address
   */
  MailWords(String from, URI baseUrl) {
    this.from = address(from);
    this.base = baseUrl.toString().replaceFirst("/$", "");
  }

  MimeMessage message(UUID id, Letter letter, Instant at) {
    Text text = textOf(letter);
    var message = new Named(id);
    try {
      message.setFrom(from);
      message.setRecipient(Message.RecipientType.TO, address(letter.to().value()));
      message.setSubject(text.subject(), StandardCharsets.UTF_8.name());
      message.setSentDate(Date.from(at));
      // RFC 3834: nobody's holiday answers it.
      message.setHeader("Auto-Submitted", "auto-generated");
      message.setText(text.body(), StandardCharsets.UTF_8.name());
      message.saveChanges();
      return message;
    } catch (MessagingException e) {
      throw new IllegalStateException("a message of constants and addresses has its form", e);
    }
  }

  private record Text(String subject, String body) {}

  private Text textOf(Letter letter) {
    return switch (letter.kind()) {
      case INVITATION ->
          new Text(
              "Invitation to an organization",
              """
              You were invited to the organization "%s".

              To accept, open this link, or send its token to POST /v1/invitations/accept:
              %s

              It works once, until %s. If you don't know the organization, do nothing.
              """
                  .formatted(
                      letter.organization() == null ? "(of operators)" : letter.organization(),
                      link("invitation", letter),
                      TIME.format(letter.uselessAt())));
      case PASSWORD_RESET ->
          new Text(
              "A new password",
              """
              Somebody asked for a new password for this address.

              To choose one, open this link, or send its token to POST /v1/password-resets/confirm:
              %s

              It works once, until %s. If it wasn't you, do nothing: your password stays.
              """
                  .formatted(link("password-reset", letter), TIME.format(letter.uselessAt())));
      case PASSWORD_CHANGED ->
          notice("Your password was changed", "The password of your account was changed.");
      case SECOND_STEP_SET ->
          notice(
              "Your second step was set up",
              "A second step for signing in to your account was set up.");
      case IDENTITY_TAKEN_BY_PROOF ->
          notice(
              "Your account is yours",
              """
              An account with your address had been set up by somebody who hadn't proven that the
              address is theirs. It is yours now: the former password and second step are gone, and
              so are the memberships that were accepted with them.\
              """);
      case ADDRESS_PROOF ->
          new Text(
              "Your new address",
              """
              An account is to have this address.

              To confirm, open this link, or send its token to POST /v1/me/email/confirm:
              %s

              It works once, until %s. If you don't know of it, do nothing.
              """
                  .formatted(link("email", letter), TIME.format(letter.uselessAt())));
      case ADDRESS_CHANGE_CONSENT ->
          new Text(
              "Your account is to have another address",
              """
              Your account is to have another address than this.

              If that is what you want, open this link too, or send its token, with the one that
              went to the new address, to POST /v1/me/email/confirm:
              %s

              It works once, until %s. If it wasn't you, do nothing but change your password.
              """
                  .formatted(link("email", letter), TIME.format(letter.uselessAt())));
      case ADDRESS_CHANGED ->
          notice(
              "The address of your account was changed",
              "Your account has another address now, and this one no account.");
      case KEY_LEAKED ->
          new Text(
              "A secret of an API key was found in public",
              """
              A secret of an API key of the organization "%s" was found where others can read it.

              What was done about the key is what the organization's policy says. Which key it is,
              where the secret was found, and what was done, is in the organization's history:
              GET %s/v1/organizations/%s/events?type=key.leaked,key.revoked,key.suspended

              Make a new key, and look at what the leaked one was used for.
              """
                  .formatted(letter.organization(), base, letter.organization()));
      case KEYS_END_WITHIN_A_MONTH -> ending(letter, "30 days");
      case KEYS_END_WITHIN_A_WEEK -> ending(letter, "7 days");
      case KEYS_END_WITHIN_A_DAY -> ending(letter, "a day");
    };
  }

  private Text ending(Letter letter, String within) {
    return new Text(
        "API keys end within " + within,
        """
        API keys of the organization "%s" end within %s, and are refused from then on.

        Which they are, and when each of them ends, is in the organization's history:
        GET %s/v1/organizations/%s/events?type=key.ending_soon

        Make new keys in their place, and let whoever uses them have these, before that.
        """
            .formatted(letter.organization(), within, base, letter.organization()));
  }

  private static Text notice(String subject, String what) {
    return new Text(
        subject,
        what + "\n\nIf that wasn't you, choose a new password at once, and tell your admin.\n");
  }

  private String link(String page, Letter letter) {
    SecretText token = letter.token();
    if (token == null) {
      throw new IllegalStateException("a letter with a link has a token");
    }
    return base + "/" + page + "#" + token.revealSecret();
  }

  private static InternetAddress address(String text) {
    try {
      var parsed = new InternetAddress(text, true);
      if (parsed.isGroup() || !text.equals(parsed.getAddress())) {
        throw new IllegalArgumentException("expected one plain e-mail address");
      }
      return parsed;
    } catch (AddressException e) {
      // Its message would quote the address.
      throw new IllegalArgumentException("expected an e-mail address");
    }
  }

  private static Properties properties() {
    var properties = new Properties();
    properties.put("mail.mime.allowutf8", "true");
    return properties;
  }

  /** Keeps the name of its row, whoever saves it. */
  private final class Named extends MimeMessage {
    private final UUID id;

    private Named(UUID id) {
      super(FORM);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      String address = from.getAddress();
      setHeader("Message-ID", "<" + id + address.substring(address.lastIndexOf('@')) + ">");
    }
  }
}
