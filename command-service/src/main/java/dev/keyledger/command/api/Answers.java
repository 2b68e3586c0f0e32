package dev.keyledger.command.api;

import dev.keyledger.command.InForceReceipts;
import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Outcome;
import dev.keyledger.command.organization.CommandQuota;
import dev.keyledger.command.organization.Subscription;
import dev.keyledger.command.receipts.ToldReceivers;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.KeyRules.Rate;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.ToldReceiver;
import dev.keyledger.kit.web.Prefer;
import dev.keyledger.kit.web.RateLimit;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Answers to commands: with their position, and after waiting as long as the client likes until
 * they are in force. Whatever happens while waiting, the command has succeeded.
 */
@Component
class Answers {
  static final String POSITION = "Keyledger-Position";
  static final String IN_FORCE = "Keyledger-In-Force";
  private static final Logger log = LoggerFactory.getLogger(Answers.class);

  private final InForceReceipts receipts;
  private final ToldReceivers receivers;

  Answers(InForceReceipts receipts, ToldReceivers receivers) {
    this.receipts = receipts;
    this.receivers = receivers;
  }

  <T> ResponseEntity<T> answer(
      int status, OrganizationId organization, Outcome outcome, Prefer prefer, T body) {
    return answerWith(status, organization, outcome, prefer, receipt -> body);
  }

  /** 204. */
  ResponseEntity<Void> nothing(OrganizationId organization, Outcome outcome, Prefer prefer) {
    return begun(204, outcome, prefer, await(organization, outcome, prefer)).build();
  }

  /**
   * @param body shows the receipt
   */
  <T> ResponseEntity<T> answerWith(
      int status,
      OrganizationId organization,
      Outcome outcome,
      Prefer prefer,
      Function<Receipt, T> body) {
    Receipt receipt = await(organization, outcome, prefer);
    return begun(status, outcome, prefer, receipt).body(body.apply(receipt));
  }

  /**
   * To a key's end. Where the policy says so it waits for those who are told by subscriptions as
   * well, for as long as is left of the client's patience; nothing is in force by them.
   *
   * @param body shows the receipt, and who is told; {@code null} for whom that isn't shown
   */
  <T> ResponseEntity<T> answerToEnd(
      OrganizationId organization,
      Decided decided,
      Prefer prefer,
      BiFunction<Receipt, @Nullable List<ToldReceiver>, T> body) {
    long began = System.nanoTime();
    Receipt receipt = await(organization, decided, prefer);
    boolean waits = decided.standing().policy().receiptsWaitForReceivers();
    Duration left = waits ? prefer.patience().minusNanos(System.nanoTime() - began) : Duration.ZERO;
    List<ToldReceiver> told = told(organization, decided, left);
    return begun(200, decided, prefer, receipt)
        .body(body.apply(receipt, decided.showsReceivers() ? told : null));
  }

  private List<ToldReceiver> told(OrganizationId organization, Decided decided, Duration atMost) {
    // Of an end of before: who wasn't told then won't be.
    boolean isNew = !decided.events().isEmpty();
    List<ToldReceiver> named =
        decided.receivers().stream()
            // Whether a stream leaves that key out its receiver alone has said, and not here.
            .filter(one -> isNew && one.kind() == SubscriptionKind.WEBHOOK)
            .map(one -> ToldReceiver.pending(one.id(), one.name(), ToldReceiver.Channel.WEBHOOK))
            .toList();
    boolean waits = atMost.isPositive() && !decided.receivers().isEmpty();
    // Just after the commit nothing more can be known, and the answer needs no connection.
    if (!waits && isNew) {
      return named;
    }
    Set<SubscriptionId> takers =
        decided.receivers().stream().map(Subscription::id).collect(Collectors.toSet());
    return receivers.await(
        new ToldReceivers.End(organization, decided.theKey().id()),
        named,
        takers,
        waits ? atMost : Duration.ZERO);
  }

  private static ResponseEntity.BodyBuilder begun(
      int status, Outcome outcome, Prefer prefer, Receipt receipt) {
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(status)
            .cacheControl(CacheControl.noStore())
            .header(POSITION, String.valueOf(outcome.position()))
            .header(IN_FORCE, String.valueOf(receipt.inForce()));
    if (outcome.quota() != null) {
      rateLimit(outcome.quota()).headers().forEach(answer::header);
    }
    return prefer.asked() ? answer.header("Preference-Applied", prefer.applied()) : answer;
  }

  static RateLimit rateLimit(CommandQuota quota) {
    Rate rate = quota.rate();
    return new RateLimit(
        "commands", rate.maximum(), rate.per(), quota.remaining(), quota.untilMore());
  }

  /** Of each, whether it is in force, after waiting for all of them together. */
  Map<OrganizationId, Boolean> inForce(Map<OrganizationId, Long> positions, Prefer prefer) {
    if (!prefer.patience().isZero()) {
      CompletableFuture<?>[] coming =
          positions.entrySet().stream()
              .map(at ->
                  receipts.whenInForce(at.getKey(), at.getValue(), null).toCompletableFuture())
              .toArray(CompletableFuture<?>[]::new);
      try {
        CompletableFuture.allOf(coming).get(prefer.patience().toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        Stream.of(coming).forEach(one -> one.cancel(false));
      } catch (ExecutionException e) {
        log.warn("It is not known whether all of {} are in force", positions, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    var known = new LinkedHashMap<OrganizationId, Boolean>();
    positions.forEach((id, position) -> known.put(id, receipts.soFar(id, position).inForce()));
    return known;
  }

  private Receipt await(OrganizationId organization, Outcome outcome, Prefer prefer) {
    return receipts.await(
        organization, outcome.position(), outcome.awaitedAtFollowers(), prefer.patience());
  }
}
