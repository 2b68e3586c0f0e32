package dev.keyledger.token.identity.invitations;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.People;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;

/**
 * Invites the platform's first operator: while none can sign in, each start writes a token for
 * {@code POST /v1/invitations/accept} to a file that only its owner may read.
 */
final class BootstrapOperator implements ApplicationRunner {
  private static final Logger log = LoggerFactory.getLogger(BootstrapOperator.class);

  private final People people;
  private final Invitations invitations;
  private final InvitationSettings.Bootstrap settings;

  BootstrapOperator(People people, Invitations invitations, InvitationSettings.Bootstrap settings) {
    this.people = people;
    this.invitations = invitations;
    this.settings = settings;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    if (people.hasOperator()) {
      return;
    }
    SecretText token = invitations.inviteOperator(EmailAddress.of(settings.email()));
    write(settings.invitationFile(), token);
    log.info("There is no operator yet. An invitation for one is in {}", settings.invitationFile());
  }

  private static void write(Path file, SecretText token) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      // Never readable by others, not even for a moment, and never half written.
      Path fresh =
          Files.createTempFile(
              folder,
              ".invitation",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(fresh, (token.revealSecret() + "\n").getBytes(StandardCharsets.US_ASCII));
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("the operator's invitation cannot be written", e);
    }
  }
}
