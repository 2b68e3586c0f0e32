package dev.keyledger.command.denied;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.denied.DeniedCommand.Caller;
import dev.keyledger.events.feed.Activity.By;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.counts.Counted;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nobody keeps what others did out of what is told. */
class DeniedCommandsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final DeniedCommands denied = new DeniedCommands(registry);

  @Test
  void anOutsiderWhoNamesAThousandOrganisationsHidesNoOthersKnock() {
    var scanner = new Asker(somebody().value(), null);
    for (int i = 0; i < 2 * DeniedCommands.MOST_OF_OUTSIDERS; i++) {
      denied.add(knock("x" + i), scanner, 1);
    }
    denied.add(knock("acme"), new Asker(somebody().value(), null), 1);

    assertThat(denied.takeOutsiders())
        .hasSize(DeniedCommands.MOST_OF_A_CALLER + 1)
        .extracting(one -> one.what().organization())
        .contains("acme");
    assertThat(lost())
        .isEqualTo(2 * DeniedCommands.MOST_OF_OUTSIDERS - DeniedCommands.MOST_OF_A_CALLER);
  }

  @Test
  void anOrganisationsManyKeysHideNoOthersKnock() {
    OrganizationId theirs = new OrganizationId(OrganizationId.PREFIX + uuid());
    for (int key = 0; key < 100; key++) {
      var one = new Asker(KeyId.PREFIX + uuid(), theirs);
      for (int i = 0; i < DeniedCommands.MOST_OF_A_CALLER; i++) {
        denied.add(knock("x" + key + "-" + i), one, 1);
      }
    }
    denied.add(knock("acme"), new Asker(somebody().value(), null), 1);

    assertThat(denied.takeOutsiders())
        .hasSize(DeniedCommands.MOST_OF_OUTSIDERS_OF_AN_ORGANIZATION + 1)
        .extracting(one -> one.what().organization())
        .contains("acme");
  }

  @Test
  void outsidersWhoKnockAtTheSameDoorAreOneCountWithoutAName() {
    for (int i = 0; i < 50; i++) {
      denied.add(knock("acme"), new Asker(somebody().value(), null), 1);
    }

    List<Counted<DeniedCommand>> taken = denied.takeOutsiders();
    assertThat(taken).hasSize(1);
    assertThat(taken.getFirst().count()).isEqualTo(50);
    assertThat(taken.getFirst().what().caller()).isEqualTo(Caller.OUTSIDER);
  }

  @Test
  void aMembersManySessionsHideNoOtherMembersDenials() {
    PersonId member = somebody();
    PersonId other = somebody();
    for (int session = 0; session < 600; session++) {
      var caller = new Caller(By.MEMBER, member, new SessionId(SessionId.PREFIX + uuid()), null);
      for (int i = 0; i < 2; i++) {
        denied.add(
            inside(caller, new KeyId(KeyId.PREFIX + uuid())), new Asker(member.value(), null), 1);
      }
    }
    denied.add(
        inside(new Caller(By.MEMBER, other, null, null), null), new Asker(other.value(), null), 1);

    List<Counted<DeniedCommand>> taken = denied.takeInsiders();
    assertThat(taken).hasSize(DeniedCommands.MOST_OF_A_CALLER + 2);
    assertThat(taken).extracting(one -> one.what().caller().person()).contains(other);
    assertThat(taken.stream().mapToLong(Counted::count).sum()).isEqualTo(1201);
    assertThat(lost()).isZero();
  }

  private double lost() {
    return registry.get("keyledger.counts.lost").counter().count();
  }

  private static DeniedCommand knock(String organization) {
    return new DeniedCommand(
        organization, false, Caller.OUTSIDER, "forbidden", "createKey", null, null, null);
  }

  private static DeniedCommand inside(Caller caller, @Nullable KeyId target) {
    return new DeniedCommand("acme", false, caller, "forbidden", "revokeKey", null, target, null);
  }

  private static PersonId somebody() {
    return new PersonId(PersonId.PREFIX + uuid());
  }

  private static String uuid() {
    return UuidCreator.getTimeOrderedEpoch().toString();
  }
}
