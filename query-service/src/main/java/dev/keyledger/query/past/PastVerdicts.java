package dev.keyledger.query.past;

import dev.keyledger.client.RequestContext;
import dev.keyledger.events.Actor;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.kit.decide.Check;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.decide.KeyDecision;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.decide.RecordedAccess;
import dev.keyledger.kit.decide.SecretFacts;
import dev.keyledger.query.past.IssuedSecrets.Issued;
import dev.keyledger.query.past.PastState.PastKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /v1/keys/verify} would have said of a key's secrets, by the decision that it asks
 * itself, and why.
 */
public final class PastVerdicts {
  /**
   * @param environment {@code null} for any
   * @param address {@code null} where it isn't told, which satisfies no allowlist
   */
  public record PastQuestion(
      @Nullable String environment, Set<String> scopes, @Nullable String address) {
    public PastQuestion {
      scopes = Set.copyOf(scopes);
    }

    private RequestContext context(@Nullable String from) {
      return new RequestContext(
          from == null ? "" : from, environment == null ? Set.of() : Set.of(environment), null);
    }
  }

  public enum Outcome {
    PASSED,
    FAILED,
    /** No address was told, and the allowlist admits some. */
    DEPENDS,
    NOT_REACHED
  }

  /**
   * @param decidedBy the event since which the check comes out like this; {@code null} where it
   *     wasn't reached
   */
  public record Checked(Check check, Outcome outcome, @Nullable LedgerEvent decidedBy) {}

  /**
   * @param validUntil first instant at which this secret, of itself, no longer worked
   * @param scopes what the key could do; nothing where it wasn't valid
   * @param shownTo who was shown it, once
   */
  public record SecretVerdict(
      String prefix,
      Instant createdAt,
      @Nullable Instant validUntil,
      Code code,
      Set<String> scopes,
      Actor shownTo,
      List<Checked> checks) {

    /** Whether neither it nor its key had ended. */
    public boolean lived() {
      return code != Code.REVOKED && code != Code.EXPIRED;
    }
  }

  private static final Set<KeyUse> DIRECT = Set.of(KeyUse.DIRECT);

  private final KeyEvidence evidence;
  private final OrganizationRules rules;
  private final RecordedAccess access;
  private final List<Issued> secrets;
  private final Grounds grounds;
  private final KeyId id;

  private PastVerdicts(KeyEvidence evidence, PastState state, PastKey key) {
    this.evidence = evidence;
    this.rules = PastAccess.rules(state, evidence.position());
    this.secrets = IssuedSecrets.of(evidence.key());
    this.access = PastAccess.of(rules, state, key, secrets, evidence.position());
    this.grounds = new Grounds(evidence, rules, key.under(rules.access().policy().keys()));
    this.id = KeyId.of(key.id());
  }

  /** Of its last two secrets, ended ones too, the newest first. */
  static List<SecretVerdict> of(
      KeyEvidence evidence, PastState state, PastKey key, PastQuestion question) {
    return new PastVerdicts(evidence, state, key).answers(question);
  }

  private List<SecretVerdict> answers(PastQuestion question) {
    var answers = new ArrayList<SecretVerdict>();
    List<SecretFacts> facts = access.secretsOf(id);
    for (int i = secrets.size() - 1; i >= 0; i--) {
      answers.add(answer(secrets.get(i), facts.get(i), question));
    }
    return answers;
  }

  private SecretVerdict answer(Issued secret, SecretFacts facts, PastQuestion question) {
    KeyVerdict verdict = decide(facts, question, question.address());
    return new SecretVerdict(
        secret.prefix(),
        secret.createdAt(),
        secret.end(rules.access().policy().keys()),
        verdict.code(),
        verdict instanceof KeyVerdict.Accepted accepted
            ? new TreeSet<>(accepted.permissions())
            : Set.of(),
        secret.issuing().actor(),
        checks(verdict, secret, facts, question));
  }

  private KeyVerdict decide(SecretFacts facts, PastQuestion question, @Nullable String from) {
    return new KeyDecision(access)
        .decideHeld(
            facts, DIRECT, question.context(from), question.scopes(), evidence.at().toEpochMilli());
  }

  private List<Checked> checks(
      KeyVerdict verdict, Issued secret, SecretFacts facts, PastQuestion question) {
    Check failed = Check.failedBy(verdict, question.scopes());
    boolean depends = failed == Check.ADDRESS && question.address() == null;
    if (depends) {
      // What comes behind it is asked as from an address that the list admits.
      failed = Check.failedBy(decide(facts, question, admitted()), question.scopes());
    }
    var checks = new ArrayList<Checked>();
    for (Check check : Check.values()) {
      Outcome outcome =
          depends && check == Check.ADDRESS ? Outcome.DEPENDS : outcome(check, failed);
      checks.add(
          new Checked(
              check, outcome, outcome == Outcome.NOT_REACHED ? null : grounds.of(check, secret)));
    }
    return checks;
  }

  private static Outcome outcome(Check check, @Nullable Check failed) {
    if (failed == null || check.compareTo(failed) < 0) {
      return Outcome.PASSED;
    }
    return check == failed ? Outcome.FAILED : Outcome.NOT_REACHED;
  }

  private String admitted() {
    String range = rules.access().ipAllowlist().getFirst();
    int slash = range.indexOf('/');
    return slash < 0 ? range : range.substring(0, slash);
  }
}
