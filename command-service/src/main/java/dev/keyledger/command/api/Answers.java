package dev.keyledger.command.api;

import dev.keyledger.command.InForce;
import dev.keyledger.command.Receipt;
import dev.keyledger.events.id.OrganizationId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
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

  private final InForce inForce;

  Answers(InForce inForce) {
    this.inForce = inForce;
  }

  ResponseEntity<Object> answer(
      int status, OrganizationId organization, long position, Prefer prefer, Object body) {
    return answer(status, organization, position, prefer, receipt -> body);
  }

  /**
   * @param body may show the receipt
   */
  ResponseEntity<Object> answer(
      int status,
      OrganizationId organization,
      long position,
      Prefer prefer,
      Function<Receipt, Object> body) {
    Receipt receipt = await(organization, position, prefer);
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(status)
            .cacheControl(CacheControl.noStore())
            .header(POSITION, String.valueOf(position))
            .header(IN_FORCE, String.valueOf(receipt.inForce()));
    if (prefer.asked()) {
      answer.header("Preference-Applied", "wait=" + prefer.patience().toSeconds());
    }
    return status == 204 ? answer.build() : answer.body(body.apply(receipt));
  }

  private Receipt await(OrganizationId organization, long position, Prefer prefer) {
    if (!prefer.patience().isZero()) {
      CompletableFuture<Receipt> coming =
          inForce.whenInForce(organization, position).toCompletableFuture();
      try {
        return coming.get(prefer.patience().toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        coming.cancel(false);
      } catch (ExecutionException e) {
        log.warn("Nobody knows whether {} at {} is in force", organization, position, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return inForce.soFar(organization, position);
  }
}
