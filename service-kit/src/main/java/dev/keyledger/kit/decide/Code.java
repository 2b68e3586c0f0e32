package dev.keyledger.kit.decide;

import java.util.Locale;

/** What became of a credential. Clients switch on the text of these. */
public enum Code {
  OK,
  /** Not a credential at all: its form or checksum is wrong. */
  MALFORMED,
  /** Unknown, or not a credential in this place. */
  NOT_FOUND,
  REVOKED,
  EXPIRED,
  /** For a while: it works again at a time, or when it is resumed. */
  KEY_SUSPENDED,
  ORGANIZATION_SUSPENDED,
  WRONG_ENVIRONMENT,
  IP_NOT_ALLOWED,
  INSUFFICIENT_SCOPE;

  private final String text = name().toLowerCase(Locale.ROOT);

  public String text() {
    return text;
  }
}
