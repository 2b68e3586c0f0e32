package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.RequestContext;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.decide.KeyDecision;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.TokenDecision;
import dev.keyledger.kit.decide.TokenVerdict;
import dev.keyledger.kit.decide.UnknowableException;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.usage.UsageCounter;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Puts the clock and freshness to the decisions, and counts what they come to. */
@Component
public final class CredentialChecks {
  private final AccessState state;
  private final KeyDecision keys;
  private final TokenDecision tokens;
  private final AccessTokens issued;
  private final ReplicaFreshness freshness;
  private final UsageCounter usage;
  private final DecisionMetrics metrics;
  private final Clock clock;

  public CredentialChecks(
      AccessState state,
      KeyDecision keys,
      TokenDecision tokens,
      AccessTokens issued,
      ReplicaFreshness freshness,
      UsageCounter usage,
      DecisionMetrics metrics,
      Clock clock) {
    this.state = state;
    this.keys = keys;
    this.tokens = tokens;
    this.issued = issued;
    this.freshness = freshness;
    this.usage = usage;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * By whom the key is presented as their own: a yes is a use of it, a no a denial.
   *
   * @throws UnknowableException when it can't be told now
   */
  KeyVerdict ask(KeyQuestion question) {
    return askFor(key -> true, question);
  }

  /**
   * By one who may be told of these keys alone. Any other is unknown to them, and that they asked
   * is nothing that happened to it.
   *
   * @throws UnknowableException when it can't be told now
   */
  KeyVerdict askFor(Predicate<KeyFacts> seen, KeyQuestion question) {
    long now = clock.millis();
    KeyVerdict verdict = decide(seen, question, now);
    if (verdict instanceof KeyVerdict.Accepted accepted) {
      usage.used(accepted, question.context().address(), now);
    }
    return verdict;
  }

  /**
   * The same ahead of what makes it a use, or not: the token that is then granted, or the service
   * that the request goes on to, which asks again. Where this refuses, there is none.
   *
   * @throws UnknowableException when it can't be told now
   */
  KeyVerdict askAhead(KeyQuestion question) {
    return decide(key -> true, question, clock.millis());
  }

  /** That something came of what was asked ahead. */
  void used(KeyVerdict.Accepted accepted, RequestContext context) {
    usage.used(accepted, context.address(), clock.millis());
  }

  private KeyVerdict decide(Predicate<KeyFacts> seen, KeyQuestion question, long now) {
    try {
      KeyVerdict verdict = keys.decide(question, freshness.isFresh(), now);
      KeyFacts key = verdict.key();
      if (key != null && !seen.test(key)) {
        verdict = new KeyVerdict.Refused(Code.NOT_FOUND, null);
      }
      if (verdict instanceof KeyVerdict.Refused refused) {
        usage.denied(refused, question.context().address(), now);
      }
      metrics.ofKey(verdict.code());
      return verdict;
    } catch (UnknowableException e) {
      metrics.unknowable();
      throw e;
    }
  }

  /**
   * What a text that may be a token comes to; {@link Code#MALFORMED} when it isn't one of ours.
   *
   * @throws UnknowableException when it can't be told now
   */
  TokenVerdict ask(String token, RequestContext context) {
    AccessClaims claims = issued.read(token);
    TokenVerdict verdict;
    try {
      verdict =
          claims == null
              ? new TokenVerdict.Inactive(Code.MALFORMED)
              : tokens.decide(claims, context, freshness.isFresh(), clock.millis());
    } catch (UnknowableException e) {
      metrics.unknowable();
      throw e;
    }
    metrics.ofToken(
        switch (verdict) {
          case TokenVerdict.Active active -> Code.OK;
          case TokenVerdict.Inactive inactive -> inactive.code();
        });
    return verdict;
  }

  /**
   * The claims of a person's token that nothing known here speaks against, while what is known is
   * too old or incomplete for a verdict; {@code null} for any other.
   */
  @Nullable AccessClaims uncontested(String token, RequestContext context) {
    AccessClaims claims = issued.read(token);
    return claims != null && tokens.isUncontested(claims, context, clock.millis()) ? claims : null;
  }

  /**
   * A token that ends is asked about without regard to address or environment: its holder may end
   * it from anywhere.
   */
  TokenVerdict askForHolder(String token) {
    AccessClaims claims = issued.read(token);
    return claims == null
        ? new TokenVerdict.Inactive(Code.MALFORMED)
        : tokens.standing(claims, clock.millis());
  }

  AccessTokens issued() {
    return issued;
  }

  AccessState state() {
    return state;
  }

  /**
   * @throws UnknowableException while the view is too old to say yes by
   */
  void requireFresh() {
    if (!freshness.isFresh()) {
      metrics.unknowable();
      throw new UnknowableException();
    }
  }

  /** The clock's reading, in whole milliseconds. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** Everything that was decided before this instant is in the view. */
  Instant asOf() {
    return now().minus(freshness.age()).truncatedTo(ChronoUnit.MILLIS);
  }
}
