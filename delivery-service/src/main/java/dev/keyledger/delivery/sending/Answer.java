package dev.keyledger.delivery.sending;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What came of one request to a receiver. */
public sealed interface Answer {
  /**
   * @param retryAfter for how long the receiver asks to be left alone; {@code null} where it
   *     doesn't
   * @param err what the receiver of a security event has against it, by the word that RFC 8935,
   *     section 2.4, registers, or what a collector has; {@code null} where it says none
   */
  record Status(int status, @Nullable Duration retryAfter, @Nullable String err) implements Answer {
    public Status(int status, @Nullable Duration retryAfter) {
      this(status, retryAfter, null);
    }
  }

  /** There was no answer, or none that was whole in time. */
  record None(Failure failure) implements Answer {}

  /** Why there was no answer. */
  enum Failure {
    /** The platform had too much to do to try: that says nothing of the receiver. */
    OVERLOADED,
    /** None of its secrets could be opened, as without the key: that says nothing of it either. */
    NOT_SIGNED,
    /** Its URL can't be called: it is none, or would go unencrypted where that is not allowed. */
    URL_NOT_ALLOWED,
    HOST_NOT_FOUND,
    /** Its name means an address that the platform doesn't connect to. */
    ADDRESS_NOT_ALLOWED,
    CONNECTION_FAILED,
    TLS_FAILED,
    TIMEOUT,
    /** What came back was no HTTP, or broke off. */
    ANSWER_BROKEN;

    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  default boolean isDelivered() {
    return this instanceof Status one && one.status() / 100 == 2 && one.err() == null;
  }

  /** Whether there was no room to try it. */
  default boolean isOverloaded() {
    return this instanceof None none && none.failure() == Failure.OVERLOADED;
  }

  /** Whether the replica couldn't sign it, and so didn't try. */
  default boolean isUnsigned() {
    return this instanceof None none && none.failure() == Failure.NOT_SIGNED;
  }

  /** Whether the receiver says that it is there no more (410). */
  default boolean isGone() {
    return this instanceof Status one && one.status() == 410;
  }
}
