package dev.keyledger.kit.decide;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@link KeyDecision} comes to. */
public sealed interface KeyVerdict {
  Code code();

  /** Which key it is about; {@code null} where there is none, or the caller may not know. */
  @Nullable KeyFacts key();

  /**
   * @param secretPrefix what lists show of the secret
   * @param permissions what the key may do now
   * @param position of the organisation, read before they were computed
   */
  record Accepted(
      KeyFacts key,
      SecretFacts secret,
      String secretPrefix,
      OrganizationRules organization,
      Set<String> permissions,
      long position)
      implements KeyVerdict {
    @Override
    public Code code() {
      return Code.OK;
    }
  }

  /**
   * @param key which key it is about, where the caller may know
   */
  record Refused(Code code, @Nullable KeyFacts key) implements KeyVerdict {
    static final Refused MALFORMED = new Refused(Code.MALFORMED, null);
    static final Refused NOT_FOUND = new Refused(Code.NOT_FOUND, null);
  }
}
