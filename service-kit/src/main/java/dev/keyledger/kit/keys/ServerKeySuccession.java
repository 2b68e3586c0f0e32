package dev.keyledger.kit.keys;

import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.keys.ServerKeys.Algorithm;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes server keys and lets one succeed another in two steps, so that no service ever meets a key
 * that it doesn't know: first a {@code next} is added, which everybody accepts once they have read
 * the file again; then it becomes {@code current}, and the one before is {@code retired}.
 */
public final class ServerKeySuccession {
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int BYTES = 32;

  /** 64 bits more than the order of P-256 has, so that reducing them favours no key. */
  private static final int BYTES_FOR_ES256 = 40;

  private final SecureRandom random;

  public ServerKeySuccession(SecureRandom random) {
    this.random = random;
  }

  /** One current key of every purpose; of the demonstration's own ones only where it is one. */
  public ServerKeys fresh(boolean demonstration) {
    return completed(new ServerKeys(demonstration, List.of()));
  }

  /**
   * The same for a platform whose verifiers aren't known.
   *
   * @param signing how access tokens are signed
   */
  public ServerKeys fresh(boolean demonstration, Algorithm signing) {
    return completed(
        new ServerKeys(
            demonstration, List.of(make(Purpose.SIGNING, State.CURRENT, List.of(), signing))));
  }

  /** With a current key of each purpose that has none yet: of a release that didn't know it. */
  public ServerKeys completed(ServerKeys keys) {
    var all = new ArrayList<ServerKey>(keys.keys());
    for (Purpose purpose : Purpose.values()) {
      if (purpose.isDueIn(keys.demonstration()) && keys.all(purpose).isEmpty()) {
        all.add(make(purpose, State.CURRENT, List.of(), null));
      }
    }
    return new ServerKeys(keys.demonstration(), all);
  }

  /**
   * With a successor of the same kind to the current key of that purpose; unchanged if there is one
   * already.
   *
   * @throws IllegalStateException when all 62 ids of peppers are taken
   */
  public ServerKeys withNext(ServerKeys keys, Purpose purpose) {
    return withNext(keys, purpose, keys.current(purpose).algorithm());
  }

  /** With a signing key that signs in this way next; unchanged if there is a next one already. */
  public ServerKeys withNextSigning(ServerKeys keys, Algorithm algorithm) {
    return withNext(keys, Purpose.SIGNING, algorithm);
  }

  private ServerKeys withNext(ServerKeys keys, Purpose purpose, @Nullable Algorithm algorithm) {
    if (keys.all(purpose).stream().anyMatch(key -> key.state() == State.NEXT)) {
      return keys;
    }
    var all = new ArrayList<ServerKey>(keys.keys());
    all.add(make(purpose, State.NEXT, keys.all(purpose), algorithm));
    return new ServerKeys(keys.demonstration(), all);
  }

  /**
   * The next key of that purpose becomes current, the current one retired.
   *
   * @throws IllegalStateException without a next one
   */
  public ServerKeys advanced(ServerKeys keys, Purpose purpose) {
    if (keys.all(purpose).stream().noneMatch(key -> key.state() == State.NEXT)) {
      throw new IllegalStateException("no next key of purpose " + purpose);
    }
    return new ServerKeys(
        keys.demonstration(),
        keys.keys().stream().map(key -> key.purpose() == purpose ? stepped(key) : key).toList());
  }

  /** Whole or not at all, readable by its owner alone. */
  public static void write(Path file, ServerKeys keys) {
    PrivateFiles.write(file, EventCodec.mapper().writeValueAsBytes(keys));
  }

  private static ServerKey stepped(ServerKey key) {
    State state =
        switch (key.state()) {
          case NEXT -> State.CURRENT;
          case CURRENT, RETIRED -> State.RETIRED;
        };
    return new ServerKey(key.purpose(), key.id(), state, key.material(), key.algorithm());
  }

  private ServerKey make(
      Purpose purpose, State state, List<ServerKey> others, @Nullable Algorithm algorithm) {
    byte[] material =
        purpose == Purpose.SECURITY_EVENTS ? SecurityEventKey.make(random) : bytes(algorithm);
    return new ServerKey(
        purpose,
        purpose == Purpose.PEPPER ? freeDigit(others) : randomId(),
        state,
        Base64.getUrlEncoder().withoutPadding().encodeToString(material),
        algorithm);
  }

  private byte[] bytes(@Nullable Algorithm algorithm) {
    var bytes = new byte[algorithm == Algorithm.ES256 ? BYTES_FOR_ES256 : BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String freeDigit(List<ServerKey> others) {
    List<String> taken = others.stream().map(ServerKey::id).toList();
    return IntStream.range(0, DIGITS.length())
        .mapToObj(i -> DIGITS.substring(i, i + 1))
        .filter(digit -> !taken.contains(digit))
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "all 62 ids of peppers are taken: remove a retired one that no live secret names"));
  }

  private String randomId() {
    return IntStream.range(0, 10)
        .mapToObj(i -> String.valueOf(DIGITS.charAt(random.nextInt(DIGITS.length()))))
        .reduce("", String::concat);
  }
}
