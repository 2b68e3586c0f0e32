package dev.keyledger.command.denied;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.denied.DeniedCommand.Caller;
import dev.keyledger.events.feed.Activity.By;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

/** While PostgreSQL is away nothing waits for it more than once. */
class DeniedCommandRecordsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final DeniedCommands denied = new DeniedCommands(registry);
  private final AtomicInteger asked = new AtomicInteger();
  private final DeniedCommandRecords records =
      new DeniedCommandRecords(
          denied,
          names -> {
            asked.incrementAndGet();
            throw new DataAccessResourceFailureException("away");
          },
          Clock.systemUTC());

  @Test
  void whatOutsidersNamedIsAskedForOnceAndWhatCannotBeToldIsCounted() {
    for (int i = 0; i < 30; i++) {
      denied.add(of("x" + i, false, Caller.OUTSIDER), new Asker("person " + i, null), 1);
    }

    assertThat(records.takeOutsiders()).isEmpty();
    assertThat(asked).hasValue(1);
    assertThat(registry.get("keyledger.counts.lost").counter().count()).isEqualTo(30);
  }

  @Test
  void whoseOrganisationIsVerifiedIsToldWithoutAsking() {
    OrganizationId acme = new OrganizationId(OrganizationId.PREFIX + uuid());
    PersonId member = new PersonId(PersonId.PREFIX + uuid());
    var caller = new Caller(By.MEMBER, member, null, null);
    denied.add(of(acme.value(), true, caller), new Asker(member.value(), acme), 1);

    assertThat(records.takeInsiders())
        .singleElement()
        .satisfies(one -> assertThat(one.what().organization()).isEqualTo(acme));
    assertThat(asked).hasValue(0);
  }

  private static DeniedCommand of(String organization, boolean verified, Caller caller) {
    return new DeniedCommand(
        organization, verified, caller, "forbidden", "createKey", null, null, null);
  }

  private static String uuid() {
    return UuidCreator.getTimeOrderedEpoch().toString();
  }
}
