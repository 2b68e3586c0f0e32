package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.keyledger.token.enforcement.access.HeapRoom.Level;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class HeapRoomTest {
  /** In per cent: what stays, and garbage beside it until it is collected. */
  static final class FakePool implements HeapRoom.Pool {
    long stays;
    long garbage;
    int collections;

    @Override
    public long used() {
      return stays + garbage;
    }

    @Override
    public long most() {
      return 100;
    }

    @Override
    public void collect() {
      garbage = 0;
      collections++;
    }
  }

  private final FakePool pool = new FakePool();
  private final HeapRoom room = new HeapRoom(pool);

  @Test
  void garbageIsNoAlarm() {
    pool.stays = 60;
    pool.garbage = 35;
    assertThat(room.look()).isEqualTo(Level.ENOUGH);
    assertThat(room.taken()).isEqualTo(0.6);
  }

  @Test
  void noCollectionIsAskedForWhileThereIsRoom() {
    pool.garbage = 79;
    assertThat(room.look()).isEqualTo(Level.ENOUGH);
    assertThat(pool.collections).isZero();
  }

  @Test
  void theAlarmComesBeforeTheLimitAndTheLimitBeforeTheEnd() {
    pool.stays = 80;
    assertThat(room.look()).isEqualTo(Level.NEAR);
    pool.stays = 90;
    assertThat(room.look()).isEqualTo(Level.FULL);
    pool.stays = 97;
    assertThat(room.look()).isEqualTo(Level.NONE);
  }

  @Test
  void whatFillsUpIsSeenByFewCollections() {
    for (pool.stays = 0; pool.stays < 100; pool.stays++) {
      Level seen = room.look();
      // At the worst half of the room since the last collection has gone unseen.
      assertThat(seen == Level.FULL || seen == Level.NONE || pool.stays < 95).isTrue();
    }
    assertThat(room.level()).isEqualTo(Level.NONE);
    assertThat(pool.collections).isLessThan(10);
  }

  @Test
  void roomThatIsThereAgainEndsTheAlarm() {
    pool.stays = 92;
    assertThat(room.look()).isEqualTo(Level.FULL);
    pool.stays = 70;
    assertThat(room.look()).isEqualTo(Level.ENOUGH);
  }

  /** At a limit it comes and goes with every batch. */
  @Test
  void eachAlarmIsToldOnceUntilThereIsEnoughAgain() {
    Logger log = (Logger) LoggerFactory.getLogger(HeapRoom.class);
    var told = new ListAppender<ILoggingEvent>();
    told.start();
    log.addAppender(told);
    try {
      for (long stays : new long[] {10, 85, 85, 93, 85, 93, 98, 93, 98, 10, 85}) {
        pool.stays = stays;
        room.look();
      }
    } finally {
      log.detachAppender(told);
    }
    assertThat(told.list)
        .extracting(event -> event.getLevel() + " " + event.getFormattedMessage().split(" of ")[0])
        .containsExactly("WARN 85 %", "ERROR 93 %", "ERROR 98 %", "WARN 85 %");
  }

  @Test
  void oneLooksAtATimeAndTheNextMay() throws Exception {
    pool.stays = 92;
    room.look();
    pool.stays = 50;
    var seen = new AtomicReference<Level>();
    Thread.ofPlatform().start(() -> seen.set(room.look())).join();
    assertThat(seen).hasValue(Level.ENOUGH);
  }

  @Test
  void thisProcessKnowsItsOwn() {
    HeapRoom own = HeapRoom.ofThisProcess();
    own.look();
    assertThat(own.taken()).isBetween(0.000_1, 1.0);
  }
}
