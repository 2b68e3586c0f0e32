package dev.keyledger.command.api;

import dev.keyledger.command.idempotency.ClientKey;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.Id;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The header {@code Idempotency-Key}: it belongs to a member, an organisation and an operation. */
@Component
class Idempotence {

  /**
   * @param target what the operation is about, beside the body
   * @param body as it was understood, so that white space and the order of fields don't matter
   * @return {@code null} where the client sent no such header
   */
  @Nullable ClientKey keyOf(
      @Nullable String header,
      OrganizationId organization,
      CommandContext context,
      String operation,
      String target,
      Record body) {
    if (header == null) {
      return null;
    }
    if (!ClientKey.isWellFormed(header)) {
      throw Problem.ofField("Idempotency-Key", "1 to 255 visible ASCII characters, without blanks")
          .toException();
    }
    Id caller =
        context.actor().member() != null
            ? context.actor().member()
            : Objects.requireNonNull(context.actor().person(), "only people command");
    byte[] json = EventCodec.encode(body);
    byte[] request =
        (target + "\0" + new String(json, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
    return new ClientKey(organization, caller, operation, header, request);
  }
}
