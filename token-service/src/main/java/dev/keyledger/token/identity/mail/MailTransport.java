package dev.keyledger.token.identity.mail;

import jakarta.mail.internet.MimeMessage;

/** Takes a message over. */
@FunctionalInterface
interface MailTransport {
  /**
   * @throws org.springframework.mail.MailException when it wasn't taken
   */
  void send(MimeMessage message);
}
