package dev.keyledger.token.identity.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.springframework.mail.MailSendException;

/** Writes each message to a file of its own that only its owner may read. */
final class MailFolder implements MailTransport {
  static final String SUFFIX = ".eml";

  private static final FileAttribute<?> OWNERS_FOLDER = permissions("rwx------");
  private static final FileAttribute<?> OWNERS_FILE = permissions("rw-------");

  private final Path folder;

  MailFolder(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  @Override
  public void send(MimeMessage message) {
    try {
      Files.createDirectories(folder, OWNERS_FOLDER);
      // Never readable by others, not even for a moment, and never half written.
      Path fresh = Files.createTempFile(folder, ".letter", "", OWNERS_FILE);
      try (OutputStream out = Files.newOutputStream(fresh)) {
        message.writeTo(out);
      }
      Files.move(
          fresh,
          folder.resolve(nameOf(message)),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException | MessagingException e) {
      throw new MailSendException("a message cannot be written", e);
    }
  }

  /** In the order in which they were put; the same for the same message. */
  private static String nameOf(MimeMessage message) throws MessagingException {
    String id = message.getMessageID();
    return id.substring(1, id.indexOf('@')).toLowerCase(Locale.ROOT) + SUFFIX;
  }

  private static FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }
}
