package dev.keyledger.benchmarks.seed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.benchmarks.seed.AccessSeed.SeededKey;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.kit.keys.Pepper;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeedTest {
  private static final Pepper PEPPER = new Pepper('a', new byte[32]);

  @Test
  void aUsableKeyIsOneThatItsRecordVerifies() {
    var records = new ArrayList<AccessRecord>();
    SeededKey key = seedInto(records).usableKeys(1).getFirst();

    KeySecret presented = KeySecret.parse(key.secret().text().revealSecret()).orElseThrow();
    KeyAccess access = (KeyAccess) records.getLast();
    assertThat(access.key()).isEqualTo(key.key());
    assertThat(access.secrets().getFirst().verifier())
        .isEqualTo(PEPPER.encodedVerifierOf(presented));
  }

  @Test
  void keysComeAHundredToAnOrganization() {
    var records = new ArrayList<AccessRecord>();
    seedInto(records).silentKeys(250);

    assertThat(records.stream().filter(KeyAccess.class::isInstance)).hasSize(250);
    assertThat(records.stream().filter(OrganizationAccess.class::isInstance)).hasSize(3);
  }

  @Test
  void twoRunsSeedTheSame() {
    var first = new ArrayList<AccessRecord>();
    var second = new ArrayList<AccessRecord>();
    seedInto(first).silentKeys(10);
    seedInto(second).silentKeys(10);

    assertThat(first).isEqualTo(second);
  }

  @Test
  void everyHistoryIsWithoutGapsAndHoldsNoVerifier() {
    var events = new ArrayList<LedgerEvent>();
    LedgerEvent last = new EventSeed(1, events::add).events(100, 10);

    assertThat(events).hasSizeGreaterThanOrEqualTo(100).endsWith(last);
    events.stream()
        .collect(Collectors.groupingBy(LedgerEvent::organization))
        .values()
        .forEach(SeedTest::isGapless);
    assertThat(events)
        .map(LedgerEvent::event)
        .filteredOn(KeyEvent.KeyCreated.class::isInstance)
        .allMatch(created -> ((KeyEvent.KeyCreated) created).secret().verifier() == null);
    assertThat(events).allSatisfy(e -> EventCodec.decodeEvent(EventCodec.encode(e)));
  }

  private static void isGapless(List<LedgerEvent> stream) {
    assertThat(stream)
        .map(LedgerEvent::position)
        .isEqualTo(LongStream.range(0, stream.size()).boxed().toList());
  }

  private static AccessSeed seedInto(List<AccessRecord> records) {
    return new AccessSeed(1, PEPPER, SeedPolicy.of(KeyTokenRules.Format.JWT), records::add);
  }
}
