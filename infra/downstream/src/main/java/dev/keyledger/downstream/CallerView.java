package dev.keyledger.downstream;

import dev.keyledger.client.Caller;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What this service has been told of its caller.
 *
 * @param subject the person's or the key's id
 */
record CallerView(
    Caller.Kind kind,
    @Nullable String organization,
    @Nullable String slug,
    @Nullable String subject,
    @Nullable String environment,
    List<String> permissions) {

  static CallerView of(Caller caller) {
    return new CallerView(
        caller.kind(),
        caller.organization() == null ? null : caller.organization().value(),
        caller.slug(),
        caller.person() != null
            ? caller.person().value()
            : caller.key() == null ? null : caller.key().value(),
        caller.environment(),
        caller.permissions().stream().filter(Objects::nonNull).sorted().toList());
  }
}
