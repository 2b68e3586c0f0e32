package dev.keyledger.command.api;

import dev.keyledger.command.InForceReceipts;
import dev.keyledger.command.ledger.Outcome;
import dev.keyledger.command.organization.CommandQuota;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.KeyRules.Rate;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.web.Prefer;
import dev.keyledger.kit.web.RateLimit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
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

  Answers(InForceReceipts receipts) {
    this.receipts = receipts;
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
