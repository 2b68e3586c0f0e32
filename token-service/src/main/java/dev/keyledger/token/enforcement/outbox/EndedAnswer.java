package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.kit.web.Prefer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Says in an answer's headers whether what it ended is in force yet. */
@Component
public final class EndedAnswer {
  private final RevocationReceipts receipts;

  public EndedAnswer(RevocationReceipts receipts) {
    this.receipts = receipts;
  }

  /**
   * @param ended where; empty when there was nothing left to end, of which nothing is said
   * @param prefer the request's headers of that name, joined by commas
   */
  public HttpHeaders headers(List<StreamPosition> ended, @Nullable String prefer) {
    var headers = new HttpHeaders();
    headers.setCacheControl("no-store");
    if (ended.isEmpty()) {
      return headers;
    }
    Prefer wait = Prefer.of(prefer == null ? List.of() : List.of(prefer));
    headers.set("Keyledger-In-Force", String.valueOf(receipts.await(ended, wait.patience())));
    if (wait.asked()) {
      headers.set("Preference-Applied", wait.applied());
    }
    return headers;
  }
}
