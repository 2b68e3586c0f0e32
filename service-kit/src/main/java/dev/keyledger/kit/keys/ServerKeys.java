package dev.keyledger.kit.keys;

import dev.keyledger.events.EventCodec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The keys that only servers hold, each with an id and a place in a succession: {@code next} is
 * already accepted, {@code current} makes what is new, {@code retired} only verifies and opens what
 * is old. There is exactly one current key of each purpose that is given; a service is given those
 * that it needs.
 *
 * @param demonstration whether these came with demonstration data: no service starts in production
 *     with them
 */
public record ServerKeys(boolean demonstration, List<ServerKey> keys) {
  private static final String FORMER = "INTERNAL";

  public enum Purpose {
    /** Verifiers of key secrets; the id is one base62 digit, 32 random bytes. */
    PEPPER,
    /** Signs access tokens, as its {@link Algorithm} says. */
    SIGNING,
    /** Opaque tokens: AES-256-GCM. */
    TOKEN_ENCRYPTION,
    /** Wraps people's data keys: AES-256-GCM. */
    PERSON_WRAPPING,
    /** Idempotency records, together with the client's own key. */
    IDEMPOTENCY,
    /** Internal calls of command-service to token-service, held by these two alone: HS256. */
    COMMAND_TO_TOKEN,
    /** Those of query-service to token-service, likewise. */
    QUERY_TO_TOKEN,
    /** Those of delivery-service to token-service, likewise. */
    DELIVERY_TO_TOKEN,
    /** Those of query-service to command-service, likewise. */
    QUERY_TO_COMMAND,
    /** Those of delivery-service to command-service, likewise. */
    DELIVERY_TO_COMMAND,
    /** Those of delivery-service to query-service, likewise. */
    DELIVERY_TO_QUERY,
    /**
     * Those of who makes demonstration data to token-service, likewise; there are none but among
     * the demonstration's keys.
     */
    SEEDER_TO_TOKEN,
    /**
     * Seals records that tell what happened, on topics that several services read: HMAC-SHA-256.
     */
    RECORDS,
    /**
     * Seals records by which a credential is accepted or a receipt given, between command-service
     * and token-service alone: HMAC-SHA-256.
     */
    ACCESS_RECORDS,
    /**
     * Seals what delivery-service says of its followers, for receipts: it can accept no credential
     * and speak for no verifier by it. HMAC-SHA-256.
     */
    FOLLOWER_RECORDS,
    /**
     * Seals what subscriptions are signed by, between command-service, which makes it, and
     * delivery-service alone: AES-256-GCM.
     */
    SUBSCRIPTION_SECRETS,
    /**
     * Signs security event tokens, held by delivery-service alone: RS256, the material is PKCS #8,
     * see {@link SecurityEventKey}.
     */
    SECURITY_EVENTS,
    /**
     * Signs how far logs have come: Ed25519, of which the public key is given to those who check.
     */
    CHECKPOINTS;

    /** Whether production has keys of this purpose too. */
    boolean isDueIn(boolean demonstration) {
      return demonstration || this != SEEDER_TO_TOKEN;
    }
  }

  public enum State {
    NEXT,
    CURRENT,
    RETIRED
  }

  /** How a signing key signs. Verifiers that know no Ed25519 are still many; all know ES256. */
  public enum Algorithm {
    /** The material's first 32 bytes are the seed (RFC 8032). */
    EDDSA,
    /** The whole material, reduced, is the private key (FIPS 186-5, section A.2.1). */
    ES256
  }

  /**
   * @param material base64url without padding; at least 32 bytes
   * @param algorithm of a signing key; {@code null} stands for {@link Algorithm#EDDSA}
   */
  public record ServerKey(
      Purpose purpose, String id, State state, String material, @Nullable Algorithm algorithm) {
    public ServerKey(Purpose purpose, String id, State state, String material) {
      this(purpose, id, state, material, null);
    }

    /** Of a signing key. */
    public Algorithm signsBy() {
      return algorithm == null ? Algorithm.EDDSA : algorithm;
    }

    public byte[] revealMaterial() {
      return Base64.getUrlDecoder().decode(material);
    }

    @Override
    public String toString() {
      return purpose + " " + id + " (" + state + ")";
    }
  }

  /**
   * @throws IllegalArgumentException, naming the purpose, when a purpose that has keys has no or
   *     several current ones
   */
  public ServerKeys {
    keys = List.copyOf(keys);
    for (Purpose purpose : Purpose.values()) {
      long current =
          keys.stream().filter(k -> k.purpose() == purpose && k.state() == State.CURRENT).count();
      boolean given = keys.stream().anyMatch(k -> k.purpose() == purpose);
      if (given && current != 1) {
        throw new IllegalArgumentException(
            "server keys: " + purpose + " has " + current + " current keys where one is due");
      }
    }
    for (ServerKey key : keys) {
      if (key.revealMaterial().length < 32) {
        throw new IllegalArgumentException("server keys: " + key + " is shorter than 32 bytes");
      }
    }
  }

  /**
   * A key that all services shared for calls of one another, as earlier releases wrote it, is left
   * out: nothing is accepted by it.
   *
   * @throws EventCodec.UnreadableException without quoting the text
   */
  public static ServerKeys parse(byte[] json) {
    JsonNode file = EventCodec.decode(json, JsonNode.class);
    if (file.path("keys") instanceof ArrayNode keys) {
      keys.removeIf(key -> FORMER.equalsIgnoreCase(key.path("purpose").asString("")));
    }
    return EventCodec.decode(EventCodec.mapper().writeValueAsBytes(file), ServerKeys.class);
  }

  /**
   * @throws IllegalStateException, naming the purpose, when no key of it was given
   */
  public ServerKey current(Purpose purpose) {
    return all(purpose).stream()
        .filter(k -> k.state() == State.CURRENT)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("server keys: no key of purpose " + purpose));
  }

  /** The purposes of which there are keys. */
  public Set<Purpose> purposes() {
    return keys.stream().map(ServerKey::purpose).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Those of some purposes, and no other.
   *
   * @throws IllegalStateException, naming them, when a purpose has no key
   */
  public ServerKeys only(Set<Purpose> needed) {
    Set<Purpose> missing = new TreeSet<>(needed);
    missing.removeAll(purposes());
    if (!missing.isEmpty()) {
      throw new IllegalStateException("server keys: no key of purpose " + missing);
    }
    return new ServerKeys(
        demonstration, keys.stream().filter(k -> needed.contains(k.purpose())).toList());
  }

  public List<ServerKey> all(Purpose purpose) {
    return keys.stream().filter(k -> k.purpose() == purpose).toList();
  }

  public Optional<ServerKey> find(Purpose purpose, @Nullable String id) {
    return all(purpose).stream().filter(k -> k.id().equals(id)).findFirst();
  }

  /** The pepper for new secrets. */
  public Pepper currentPepper() {
    return pepper(current(Purpose.PEPPER));
  }

  /** All peppers, old ones included, for the replicas that verify. */
  public List<Pepper> peppers() {
    return all(Purpose.PEPPER).stream().map(ServerKeys::pepper).toList();
  }

  private static Pepper pepper(ServerKey key) {
    return new Pepper(key.id().charAt(0), key.revealMaterial());
  }

  @Override
  public String toString() {
    return keys.toString();
  }
}
