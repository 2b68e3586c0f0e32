package dev.keyledger.token.enforcement.access;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The 32 bytes of a secret's HMAC as four longs: a million of them are held. It hashes itself,
 * since its bytes are as good as random.
 */
sealed class Verifier permits SecretEntry, Verifier.Probe {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final long first;
  private final long second;
  private final long third;
  private final long fourth;

  Verifier(byte[] bytes) {
    if (bytes.length != 32) {
      throw new IllegalArgumentException("a verifier has 32 bytes");
    }
    first = (long) LONGS.get(bytes, 0);
    second = (long) LONGS.get(bytes, 8);
    third = (long) LONGS.get(bytes, 16);
    fourth = (long) LONGS.get(bytes, 24);
  }

  static Verifier of(byte[] bytes) {
    return new Probe(bytes);
  }

  static final class Probe extends Verifier {
    Probe(byte[] bytes) {
      super(bytes);
    }
  }

  final long fingerprint() {
    return first;
  }

  @Override
  public final boolean equals(Object other) {
    return other instanceof Verifier that
        && first == that.first
        && second == that.second
        && third == that.third
        && fourth == that.fourth;
  }

  @Override
  public final int hashCode() {
    return Long.hashCode(second);
  }

  @Override
  public final String toString() {
    return "[verifier]";
  }
}
