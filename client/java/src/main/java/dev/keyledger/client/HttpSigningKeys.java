package dev.keyledger.client;

import dev.keyledger.client.jwt.JwtJson;
import dev.keyledger.client.jwt.TokenAlgorithms2026;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.io.Deserializer;
import io.jsonwebtoken.security.DynamicJwkBuilder;
import io.jsonwebtoken.security.Jwks;
import io.jsonwebtoken.security.PublicJwk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.Provider;
import java.security.PublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;

/**
 * Signing keys from a JWK set (RFC 7517). A set is fresh for five minutes and serves for another
 * ten while the signer cannot be reached; a withdrawn key is gone then. A {@code kid} that it lacks
 * has it fetched again, but not more than once in five seconds (one after a failure), so that
 * invented ones cost nothing.
 */
public final class HttpSigningKeys implements SigningKeys {
  private static final Duration FRESH = Duration.ofMinutes(5);
  private static final Duration USABLE = Duration.ofMinutes(15);
  private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(5);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final int LARGEST_SET = 1024 * 1024;

  /** Type and curve of the keys that are good for one of {@link TokenAlgorithms2026}. */
  private static final Set<String> KINDS = Set.of("OKP Ed25519", "EC P-256");

  private static final Provider CURVES = new BouncyCastleProvider();
  private static final Deserializer<Map<String, ?>> JSON = JwtJson.deserializer();

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
  public HttpSigningKeys(HttpClient http, URI set, Duration timeout, LongSupplier nanoTime) {
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
      // The fetching thread may wait for a signer that hangs: no reason for others to.
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

  // By the thread that holds the lock.
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
    } catch (IOException | JwtException | IllegalArgumentException e) {
      throw new UnavailableException("the signing keys cannot be fetched", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while fetching the signing keys", e);
    }
  }

  // Keys of other types, curves and uses are passed over, as RFC 7517, section 5 says. The rest is
  // read one by one: for jjwt's own set, a key under two ids is one.
  private static Map<String, PublicKey> parse(byte[] set) throws IOException {
    var json = new InputStreamReader(new ByteArrayInputStream(set), StandardCharsets.UTF_8);
    if (!(JSON.deserialize(json).get("keys") instanceof List<?> keys)) {
      throw new IOException("not a JWK set");
    }
    var byId = new HashMap<String, PublicKey>();
    for (Object key : keys) {
      if (key instanceof Map<?, ?> parameters && signsTokens(parameters)) {
        DynamicJwkBuilder<?, ?> jwk = Jwks.builder().provider(CURVES);
        parameters.forEach((name, value) -> jwk.add(String.valueOf(name), value));
        if (jwk.build() instanceof PublicJwk<?> known) {
          byId.put(known.getId(), known.toKey());
        }
      }
    }
    return Map.copyOf(byId);
  }

  private static boolean signsTokens(Map<?, ?> key) {
    Object use = key.get("use");
    return key.get("kid") != null
        && (use == null || use.equals("sig"))
        && KINDS.contains(key.get("kty") + " " + key.get("crv"));
  }
}
