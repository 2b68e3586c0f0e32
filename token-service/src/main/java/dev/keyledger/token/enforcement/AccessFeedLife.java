package dev.keyledger.token.enforcement;

import dev.keyledger.token.enforcement.access.AccessFeed;
import dev.keyledger.token.enforcement.access.EndedTokens;
import dev.keyledger.token.enforcement.outbox.SentRevocations;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Begins before the web server and ends after it: a replica that has said that it left serves no
 * request, since receipts no longer wait for its acknowledgements.
 */
final class AccessFeedLife implements SmartLifecycle {
  private static final int OUTSIDE_OF_WEB_SERVER = SmartLifecycle.DEFAULT_PHASE - 8_192;

  private final AccessFeed feed;
  private final EndedTokens ended;
  private final SentRevocations sent;
  private volatile boolean running;

  AccessFeedLife(AccessFeed feed, EndedTokens ended, SentRevocations sent) {
    this.feed = feed;
    this.ended = ended;
    this.sent = sent;
  }

  @Override
  public int getPhase() {
    return OUTSIDE_OF_WEB_SERVER;
  }

  @Override
  public void start() {
    // From PostgreSQL, before any topic: Kafka may have lost what was sent to it.
    sent.forEach(ended::apply);
    feed.start();
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    feed.close();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Scheduled(fixedDelayString = "PT1S")
  void keepReflected() {
    feed.keepReflected();
  }

  @Scheduled(fixedDelayString = "PT1M")
  void forgetTheLongDead() {
    feed.forgetTheLongDead();
  }
}
