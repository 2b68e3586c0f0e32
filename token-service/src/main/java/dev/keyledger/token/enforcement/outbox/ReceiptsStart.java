package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.kit.receipts.Receipts;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Begins to follow acknowledgements once the topics are there; a late beginning only waits longer.
 */
@Component
final class ReceiptsStart implements SmartLifecycle {
  private final Receipts receipts;
  private volatile boolean running;

  ReceiptsStart(Receipts receipts) {
    this.receipts = receipts;
  }

  /** Before the web server begins, so that the first answer can tell. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 8_192;
  }

  @Override
  public void start() {
    receipts.start();
    running = true;
  }

  @Override
  public void stop() {
    running = false; // The bean itself is closed by the context.
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
