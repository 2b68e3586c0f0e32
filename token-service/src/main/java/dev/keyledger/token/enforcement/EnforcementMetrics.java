package dev.keyledger.token.enforcement;

import dev.keyledger.events.feed.Revocation.Subject;
import dev.keyledger.token.enforcement.access.AccessFeed;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.EndedTokens;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/** How much is held, how old it is, and what is wrong with it. */
@Component
final class EnforcementMetrics implements MeterBinder {
  private final AccessFeed feed;
  private final AccessState state;
  private final EndedTokens ended;
  private final ReflectedTable reflected;

  EnforcementMetrics(
      AccessFeed feed, AccessState state, EndedTokens ended, ReflectedTable reflected) {
    this.feed = feed;
    this.state = state;
    this.ended = ended;
    this.reflected = reflected;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("keyledger.access.age.seconds", feed, f -> f.freshness().age().toNanos() / 1e9)
        .description("How old the access state may be at most")
        .register(registry);
    Gauge.builder("keyledger.access.fresh", feed, f -> f.freshness().isFresh() ? 1 : 0)
        .description("Whether this replica says yes to anybody")
        .register(registry);
    Gauge.builder("keyledger.access.load.seconds", feed, AccessFeed::readyAfterSeconds)
        .description("From the start until the state was fresh; negative before")
        .register(registry);
    Gauge.builder("keyledger.access.keys", state, AccessState::keyCount)
        .description("Keys held, ended ones included")
        .register(registry);
    Gauge.builder("keyledger.access.organizations", state, AccessState::organizationCount)
        .register(registry);
    Gauge.builder("keyledger.access.bytes", state, AccessState::estimatedBytes)
        .description("Estimate of the memory that organisations, their members and keys take")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("keyledger.access.memory.taken", state, EnforcementMetrics::taken)
        .description("Share of the heap that is taken for good; an alarm from 0.8, full at 0.9")
        .register(registry);
    Gauge.builder("keyledger.access.left.out.records", state, AccessState::leftOut)
        .description("An alarm above 0: what had no room is answered 503 until a restart with more")
        .register(registry);
    Gauge.builder("keyledger.access.unreadable.records", state, AccessState::unreadableRecords)
        .description(
            "An alarm above 0: organisations that answer 503 until a record is mended or acknowledged")
        .register(registry);
    Gauge.builder("keyledger.access.reflected.kept", reflected, r -> r.isKept() ? 1 : 0)
        .description("An alarm at 0: the database doesn't take how far this replica has come")
        .register(registry);
    for (Subject subject : new Subject[] {Subject.SESSION, Subject.TOKEN, Subject.CREDENTIAL}) {
      Gauge.builder("keyledger.revocations.held", ended, e -> e.count(subject))
          .tag("subject", subject.name().toLowerCase(java.util.Locale.ROOT))
          .register(registry);
    }
  }

  private static double taken(AccessState state) {
    state.room().look();
    return state.room().taken();
  }
}
