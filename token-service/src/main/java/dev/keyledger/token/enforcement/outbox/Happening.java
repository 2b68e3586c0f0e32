package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is to be told on {@code activity.v1}.
 *
 * @param organization that hears of it; {@code null} where none does
 * @param key that it happened to; {@code null} where it didn't happen to one
 * @param code why, or of what kind
 * @param network from which; {@code null} where that isn't told
 */
public record Happening(
    Activity.Kind kind,
    @Nullable OrganizationId organization,
    @Nullable PersonId person,
    @Nullable SessionId session,
    @Nullable KeyId key,
    @Nullable String code,
    Instant at,
    Activity.@Nullable Network network) {

  /** What happened to no key. */
  public Happening(
      Activity.Kind kind,
      @Nullable OrganizationId organization,
      @Nullable PersonId person,
      @Nullable SessionId session,
      @Nullable String code,
      Instant at) {
    this(kind, organization, person, session, null, code, at, null);
  }

  /** From a network that isn't told. */
  public Happening(
      Activity.Kind kind,
      @Nullable OrganizationId organization,
      @Nullable PersonId person,
      @Nullable SessionId session,
      @Nullable KeyId key,
      @Nullable String code,
      Instant at) {
    this(kind, organization, person, session, key, code, at, null);
  }
}
