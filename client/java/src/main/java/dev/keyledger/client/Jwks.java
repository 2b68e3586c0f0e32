package dev.keyledger.client;

import dev.keyledger.events.EventCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Signing keys from a JWK set (RFC 7517). A set is fresh for five minutes and serves for another
 * ten while the signer cannot be reached; a withdrawn key is gone then. A {@code kid} that it lacks
 * has it fetched again, but not more than once in five seconds (one after a failure), so that
 * invented ones cost nothing.
 */
public final class Jwks implements SigningKeys {
  private static final Duration FRESH = Duration.ofMinutes(5);
  private static final Duration USABLE = Duration.ofMinutes(15);
  private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final int LARGEST_SET = 1024 * 1024;

  /** RFC 8410, section 3. */
  private static final ASN1ObjectIdentifier ED25519 = new ASN1ObjectIdentifier("1.3.101.112");

  private final BoundedHttp http;
  private final HttpRequest request;
  private final LongSupplier nanoTime;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable KeySet keys;
  private @Nullable Long triedAt;
  private boolean failed;

  private record KeySet(Map<String, PublicKey> byId, long fetchedAt) {}

  /**
   * @param timeout of one fetch
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public Jwks(HttpClient http, URI set, Duration timeout, LongSupplier nanoTime) {
    this.http = new BoundedHttp(http, timeout, LARGEST_SET);
    this.request =
        HttpRequest.newBuilder(set).timeout(timeout).header("Accept", "application/json").build();
    this.nanoTime = nanoTime;
  }

  @Override
  public Optional<PublicKey> find(String id) {
    KeySet known = keys;
    PublicKey held = heldIn(known, id, USABLE);
    if (held != null && heldIn(known, id, FRESH) != null) {
      return Optional.of(held);
    }
    if (held == null) {
      fetching.lock();
    } else if (!fetching.tryLock()) {
      // Whoever fetches may wait for a signer that hangs: no reason for others to.
      return Optional.of(held);
    }
    try {
      fetchUnlessJustTried(known);
    } finally {
      fetching.unlock();
    }
    known = keys;
    if (known == null || age(known.fetchedAt) >= USABLE.toNanos()) {
      throw new UnavailableException("the signing keys cannot be fetched");
    }
    return Optional.ofNullable(known.byId.get(id));
  }

  private @Nullable PublicKey heldIn(@Nullable KeySet set, String id, Duration atMost) {
    return set == null || age(set.fetchedAt) >= atMost.toNanos() ? null : set.byId.get(id);
  }

  // By whoever holds the lock.
  private void fetchUnlessJustTried(@Nullable KeySet seen) {
    try {
      Long tried = triedAt;
      Duration pause = failed ? AFTER_FAILURE : BETWEEN_FETCHES;
      boolean justTried = tried != null && age(tried) < pause.toNanos();
      if (keys == seen && !justTried) {
        long now = nanoTime.getAsLong();
        triedAt = now;
        failed = true;
        keys = new KeySet(fetch(), now);
        failed = false;
      }
    } catch (UnavailableException e) {
      if (keys == null) {
        throw e;
      }
    }
  }

  private long age(long since) {
    return nanoTime.getAsLong() - since;
  }

  private Map<String, PublicKey> fetch() {
    try {
      HttpResponse<byte[]> response = http.send(request);
      if (response.statusCode() != 200) {
        throw new UnavailableException("the JWK set answers " + response.statusCode());
      }
      return parse(response.body());
    } catch (IOException | JacksonException | GeneralSecurityException e) {
      throw new UnavailableException("the signing keys cannot be fetched", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while fetching the signing keys", e);
    }
  }

  // Keys of other types, curves and uses are passed over, as RFC 7517, section 5 says.
  private static Map<String, PublicKey> parse(byte[] set) throws GeneralSecurityException {
    var byId = new HashMap<String, PublicKey>();
    for (JsonNode key : EventCodec.mapper().readTree(set).path("keys")) {
      if (!key.path("use").asString("sig").equals("sig") || !key.has("kid")) {
        continue;
      }
      String id = key.path("kid").asString();
      switch (key.path("kty").asString("") + " " + key.path("crv").asString("")) {
        case "OKP Ed25519" -> byId.put(id, ed25519(bytes(key, "x")));
        case "EC P-256" -> byId.put(id, p256(bytes(key, "x"), bytes(key, "y")));
        default -> {}
      }
    }
    return Map.copyOf(byId);
  }

  private static byte[] bytes(JsonNode key, String parameter) {
    return Base64.getUrlDecoder().decode(key.path(parameter).asString(""));
  }

  /**
   * @param x 32 bytes (RFC 8037, section 2)
   */
  static PublicKey ed25519(byte[] x) throws GeneralSecurityException {
    return publicKey("Ed25519", new AlgorithmIdentifier(ED25519), x);
  }

  /**
   * @param x 32 bytes, as {@code y} is (RFC 7518, section 6.2.1)
   * @throws GeneralSecurityException also for a point that isn't on the curve
   */
  static PublicKey p256(byte[] x, byte[] y) throws GeneralSecurityException {
    var curve =
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, X9ObjectIdentifiers.prime256v1);
    byte[] uncompressed = {0x04};
    return publicKey("EC", curve, Arrays.concatenate(uncompressed, x, y));
  }

  private static PublicKey publicKey(String kind, AlgorithmIdentifier algorithm, byte[] point)
      throws GeneralSecurityException {
    try {
      var info = new SubjectPublicKeyInfo(algorithm, point);
      return KeyFactory.getInstance(kind, new BouncyCastleProvider())
          .generatePublic(new X509EncodedKeySpec(info.getEncoded()));
    } catch (IOException | IllegalArgumentException e) {
      throw new GeneralSecurityException("not a key of the kind " + kind, e);
    }
  }
}
