package dev.keyledger.token.identity.invitations;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** {@code keyledger.bootstrap-operator.*}: absent where the operator is there already. */
@ConfigurationProperties("keyledger")
record InvitationSettings(@Nullable Bootstrap bootstrapOperator) {
  /**
   * @param invitationFile written with mode 0600
   */
  record Bootstrap(String email, Path invitationFile) {}
}
