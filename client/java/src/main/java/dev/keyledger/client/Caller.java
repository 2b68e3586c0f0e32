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
 * Who stands behind a request, verified. None makes one but an {@link Authenticator} that has
 * verified a credential: code that holds a {@code Caller} needs no further proof.
 */
public final class Caller {
  /** What a credential stands for. */
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

  private final Kind kind;
  private final @Nullable OrganizationId organization;
  private final @Nullable String slug;
  private final @Nullable PersonId person;
  private final @Nullable MemberId member;
  private final @Nullable KeyId key;
  private final @Nullable SessionId session;
  private final Set<String> permissions;
  private final @Nullable String environment;
  private final Instant issuedAt;
  private final String address;

  Caller(
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
    this.kind = kind;
    this.organization = organization;
    this.slug = slug;
    this.person = person;
    this.member = member;
    this.key = key;
    this.session = session;
    this.permissions = Set.copyOf(permissions);
    this.environment = environment;
    this.issuedAt = issuedAt;
    this.address = address;
  }

  public Kind kind() {
    return kind;
  }

  /** {@code null} for an operator, who belongs to none, and for a platform service. */
  public @Nullable OrganizationId organization() {
    return organization;
  }

  /** Of the organisation, so that a path may name it either way. */
  public @Nullable String slug() {
    return slug;
  }

  /** Set for an operator and a member. */
  public @Nullable PersonId person() {
    return person;
  }

  /** Set for a member, and for an API key that acts for one. */
  public @Nullable MemberId member() {
    return member;
  }

  /** Set for an API key, a token obtained with one, and a platform service. */
  public @Nullable KeyId key() {
    return key;
  }

  /** Set for a person. */
  public @Nullable SessionId session() {
    return session;
  }

  /** What the credential may do, at the time of this call. */
  public Set<String> permissions() {
    return permissions;
  }

  /** Of an API key or its token. */
  public @Nullable String environment() {
    return environment;
  }

  public Instant issuedAt() {
    return issuedAt;
  }

  /** Of the client, as seen through configured proxies. */
  public String address() {
    return address;
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

  @Override
  public String toString() {
    return kind + " " + (person != null ? person.value() : key);
  }
}
