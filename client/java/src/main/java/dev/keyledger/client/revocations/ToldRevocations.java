package dev.keyledger.client.revocations;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.feed.Revocation;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What pages and events of {@code /v1/revocations} have told, of whom, and how old that may be:
 * everything about following it but the network.
 *
 * <p>Told by an organisation's own key it knows of that organisation alone: about anybody else's
 * token, and about one of no organisation, token-service has to be asked.
 */
final class ToldRevocations implements Revocations {
  private static final Logger log = LoggerFactory.getLogger(ToldRevocations.class);
  private static final Duration CLOCK_MARGIN = Duration.ofMinutes(5);

  private final Freshness freshness;
  private final RevocationView view;
  private volatile @Nullable Scope scope;

  /**
   * @param longestToken the longest life of an access token
   * @param maxStaleness how old what is known may be until token-service is asked again
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  ToldRevocations(Duration longestToken, Duration maxStaleness, LongSupplier nanoTime) {
    this.freshness = new Freshness(maxStaleness, nanoTime);
    this.view = new RevocationView(longestToken.plus(CLOCK_MARGIN), nanoTime);
  }

  /**
   * Of whose ends this is told.
   *
   * @param organization {@code null} for all
   */
  private record Scope(@Nullable String organization) {
    boolean has(TokenTraits token) {
      return organization == null || organization.equals(token.organization());
    }
  }

  /**
   * @param next for {@code after} of the next page
   * @param more whether it is there already
   * @param begun whether it, or one that it went on from, began at the beginning
   * @param news whether it told of any end
   */
  record Place(String next, boolean more, boolean begun, boolean news) {}

  /**
   * @param askedAt by monotonic time, before the page was asked for
   * @param begun whether one of the pages that it goes on from began at the beginning already
   * @throws IOException where it can't be read; what it told until then counts, its age doesn't
   */
  Place page(byte[] body, long askedAt, boolean begun) throws IOException {
    try {
      JsonNode page = EventCodec.mapper().readTree(body);
      boolean reset = page.required("reset").booleanValue();
      if (begun && reset) {
        throw new IOException("replicas of the feed don't agree about places in it");
      }
      scope = new Scope(page.path("organization").asString(null));
      apply(page);
      boolean more = page.required("more").booleanValue();
      JsonNode age = page.required("age_ms");
      if (!more && page.required("fresh").booleanValue() && age.isNumber()) {
        freshness.confirm(askedAt - TimeUnit.MILLISECONDS.toNanos(age.longValue()));
      }
      boolean news = !page.required("revocations").isEmpty();
      return new Place(page.required("next").stringValue(), more, begun || reset, news);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new IOException("the feed's answer can't be read", e);
    }
  }

  private synchronized void apply(JsonNode page) {
    page.required("revocations").forEach(this::revoked);
    page.required("unreadable").forEach(this::unreadable);
    page.required("acknowledged").forEach(record -> view.acknowledge(record.stringValue()));
  }

  /** An event of the stream. */
  synchronized void event(String name, String data) {
    try {
      JsonNode json = EventCodec.mapper().readTree(data);
      switch (name) {
        case "revocation" -> revoked(json);
        case "unreadable" -> unreadable(json);
        case "acknowledged" -> view.acknowledge(json.required("record").stringValue());
        default -> {
          // Of a later release, or of no news.
        }
      }
    } catch (RuntimeException e) {
      // The next page tells the same.
      log.warn("An event of the feed can't be read: {}", e.getClass().getSimpleName());
    }
  }

  private void revoked(JsonNode json) {
    view.apply(EventCodec.mapper().treeToValue(json, Revocation.class));
  }

  private void unreadable(JsonNode json) {
    JsonNode of = json.path("stream");
    view.applyUnreadable(
        json.required("record").stringValue(), of.isString() ? of.stringValue() : null);
  }

  @Override
  public boolean isFresh() {
    return freshness.isFresh();
  }

  @Override
  public boolean isReady() {
    return freshness.wasEverFresh();
  }

  @Override
  public Verdict judge(TokenTraits token) {
    Scope told = scope;
    return told != null && told.has(token) ? view.judge(token) : Verdict.RECHECK;
  }

  long ageNanos() {
    return freshness.ageNanos();
  }
}
