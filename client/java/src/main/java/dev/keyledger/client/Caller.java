package dev.keyledger.client;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who stands behind a request, verified. Only this library makes one.
 *
 * @param organization {@code null} for an operator, who belongs to none, and for a platform service
 * @param slug of the organisation, so that a path may name it either way
 * @param person set for an operator and a member
 * @param member set for a member, and for an API key whose creator is one
 * @param key set for an API key, a token obtained with one, and a platform service
 * @param permissions what the credential may do, at the time of this call
 * @param environment of an API key or its token
 * @param address of the client, as seen through configured proxies
 */
public record Caller(
    Kind kind,
    @Nullable OrganizationId organization,
    @Nullable String slug,
    @Nullable PersonId person,
    @Nullable MemberId member,
    @Nullable KeyId key,
    @Nullable SessionId session,
    Set<String> permissions,
    @Nullable String environment,
    Instant issuedAt,
    String address) {

  public Caller {
    permissions = Set.copyOf(permissions);
  }

  public enum Kind {
    /** Runs the platform: may do in each organisation what its owner may. */
    OPERATOR,
    /** A person in their active organisation. */
    MEMBER,
    /** A key of an organisation, or a token obtained with one. */
    API_KEY,
    /** A key of the platform itself. */
    SERVICE
  }

  public boolean may(String permission) {
    return kind == Kind.OPERATOR || permissions.contains(permission);
  }

  /** Whether the caller may be told of this organisation at all; the text is an id or a slug. */
  public boolean belongsTo(String organizationOrSlug) {
    return switch (kind) {
      case OPERATOR, SERVICE -> true;
      case MEMBER, API_KEY ->
          organization != null
              && (organization.value().equals(organizationOrSlug)
                  || organizationOrSlug.equals(slug));
    };
  }
}
