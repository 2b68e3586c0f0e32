package dev.keyledger.token.enforcement.usage;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.KeyVerdict.Accepted;
import dev.keyledger.kit.decide.KeyVerdict.Refused;
import dev.keyledger.token.enforcement.usage.Counts.Counted;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Uses of secrets, and refusals of keys that are known, since they were last taken away. What is no
 * organisation's credential is no organisation's history.
 */
@Component
public final class UsageCounter {
  record Used(UUID key, String secretPrefix) {
    KeyId keyId() {
      return KeyId.of(key);
    }

    // As any record's, written out: looked up at every verification, the generated ones cost it 3
    // %.
    @Override
    public boolean equals(Object other) {
      return other instanceof Used that
          && key.equals(that.key)
          && secretPrefix.equals(that.secretPrefix);
    }

    @Override
    public int hashCode() {
      return 31 * key.hashCode() + secretPrefix.hashCode();
    }
  }

  /**
   * @param code why
   */
  record Denied(UUID key, String code) {
    KeyId keyId() {
      return KeyId.of(key);
    }
  }

  private final Counts<Used> uses = new Counts<>();
  private final Counts<Denied> denials = new Counts<>();

  /**
   * @param now milliseconds since the epoch
   */
  public void used(Accepted accepted, long now) {
    KeyFacts key = accepted.key();
    uses.add(new Used(key.uuid(), accepted.secretPrefix()), key.organizationId(), 1, now);
  }

  /**
   * @param now milliseconds since the epoch
   */
  public void denied(Refused refused, long now) {
    KeyFacts key = refused.key();
    if (key != null) {
      denials.add(new Denied(key.uuid(), refused.code().text()), key.organizationId(), 1, now);
    }
  }

  List<Counted<Used>> takeUses() {
    return uses.take();
  }

  List<Counted<Denied>> takeDenials() {
    return denials.take();
  }

  /** Counts again what could not be published. */
  void giveBackUse(Counted<Used> use) {
    uses.add(use.what(), use.organization(), use.count(), use.last().toEpochMilli());
  }

  /** The same for denials. */
  void giveBackDenial(Counted<Denied> denial) {
    denials.add(denial.what(), denial.organization(), denial.count(), denial.last().toEpochMilli());
  }
}
