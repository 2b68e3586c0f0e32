package dev.keyledger.token.enforcement;

import dev.keyledger.token.enforcement.access.AccessFeed;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Begins before the web server and ends after it: a replica that has said that it left serves no
 * request, since receipts no longer wait for its acknowledgements.
 */
final class AccessFeedLife implements SmartLifecycle {
  private static final int OUTSIDE_OF_WEB_SERVER = SmartLifecycle.DEFAULT_PHASE - 8_192;

  private final AccessFeed feed;
  private volatile boolean running;

  AccessFeedLife(AccessFeed feed) {
    this.feed = feed;
  }

  @Override
  public int getPhase() {
    return OUTSIDE_OF_WEB_SERVER;
  }

  @Override
  public void start() {
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

  @Scheduled(fixedDelayString = "PT1M")
  void forgetTheLongDead() {
    feed.forgetTheLongDead();
  }
}
