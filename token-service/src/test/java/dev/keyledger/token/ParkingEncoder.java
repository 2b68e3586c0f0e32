package dev.keyledger.token;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.security.crypto.password.PasswordEncoder;

/** Hashes, and where a test asks for it stands still between a hash and what follows it. */
public final class ParkingEncoder implements PasswordEncoder {
  private final PasswordEncoder encoder;
  private final Map<String, Parked> matches = new ConcurrentHashMap<>();
  private final Map<String, Parked> encodes = new ConcurrentHashMap<>();

  public ParkingEncoder(PasswordEncoder encoder) {
    this.encoder = encoder;
  }

  /** One thread that has computed its hash and waits to be let go. */
  public static final class Parked {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    public void awaitReached() {
      await(reached);
    }

    public void release() {
      released.countDown();
    }

    private void stand() {
      reached.countDown();
      await(released);
    }

    private static void await(CountDownLatch latch) {
      try {
        if (!latch.await(30, TimeUnit.SECONDS)) {
          throw new IllegalStateException("nobody came");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** Behind the next comparison of this password. */
  public Parked parkMatch(String password) {
    return park(matches, password);
  }

  /** Behind the next new hash of this password. */
  public Parked parkEncode(String password) {
    return park(encodes, password);
  }

  private static Parked park(Map<String, Parked> where, String password) {
    var parked = new Parked();
    where.put(password, parked);
    return parked;
  }

  private static void stand(Map<String, Parked> where, CharSequence password) {
    Parked parked = where.remove(password.toString());
    if (parked != null) {
      parked.stand();
    }
  }

  @Override
  public String encode(CharSequence password) {
    String hash = encoder.encode(password);
    stand(encodes, password);
    return hash;
  }

  @Override
  public boolean matches(CharSequence password, String hash) {
    boolean matches = encoder.matches(password, hash);
    stand(this.matches, password);
    return matches;
  }

  @Override
  public boolean upgradeEncoding(String hash) {
    return encoder.upgradeEncoding(hash);
  }
}
