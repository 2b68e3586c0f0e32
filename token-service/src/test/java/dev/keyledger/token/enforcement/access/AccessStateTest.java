package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.Membership;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.kafka.UnreadableRecord;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestTenant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AccessStateTest {
  private final TestServerKeys serverKeys = new TestServerKeys();
  private final AccessState state = new AccessState();
  private final TestTenant tenant = new TestTenant(serverKeys);

  private byte[] verifier(String secret) {
    return serverKeys.get().currentPepper().verifierOf(KeySecret.parse(secret).orElseThrow());
  }

  @Test
  void theHighestPositionOfASubjectWinsWhateverTheOrderOfArrival() {
    TestTenant.Key key = tenant.key("live");
    KeyAccess first = key.record();
    KeyAccess revoked = key.revoked();

    assertThat(state.apply(revoked)).isTrue();
    assertThat(state.apply(first)).isFalse();

    assertThat(state.key(key.id).state()).isEqualTo(KeyState.REVOKED);
    assertThat(state.positionOf(tenant.id)).isEqualTo(revoked.position());
    assertThat(state.apply(revoked)).isFalse();
  }

  @Test
  void aMembersRoleAndAnOrganisationsPolicyFollowTheirPositionsToo() {
    state.apply(tenant.registered());
    MemberAccess owner = tenant.ownerAs(Role.OWNER);
    MemberAccess developer = tenant.ownerAs(Role.DEVELOPER);
    state.apply(developer);
    state.apply(owner);

    assertThat(state.member(tenant.owner).role()).isEqualTo(Role.DEVELOPER);
    assertThat(state.permissionsOf(state.member(tenant.owner))).containsExactly("clients.read");
    state.apply(tenant.suspended(true));
    assertThat(state.permissionsOf(state.member(tenant.owner))).isEmpty();
  }

  /** Though it shares its parts with others. */
  @Test
  void whatIsKeptOfAnOrganisationIsWhatItsRecordSays() {
    for (OrganizationAccess record :
        List.of(
            tenant.registered(),
            tenant.allowingIn("live", "192.0.2.0/24"),
            tenant.suspended(true),
            tenant.verified(false))) {
      state.apply(record);
      assertThat(state.organization(tenant.id).access()).isEqualTo(record);
    }
  }

  /** As a record that is sent again has it, or one that comes late. */
  @Test
  void onlyWhatIsNewerThanWhatIsKnownOfASubjectIsNews() {
    OrganizationAccess registered = tenant.registered();
    OrganizationAccess suspended = tenant.suspended(true);
    MemberAccess owner = tenant.ownerAs(Role.OWNER);
    MemberAccess removed = tenant.ownerRemoved();
    for (var newest : List.of(suspended, removed)) {
      assertThat(state.apply(newest)).isTrue();
      assertThat(state.apply(newest)).isFalse();
    }
    assertThat(state.apply(registered)).isFalse();
    assertThat(state.apply(owner)).isFalse();
    assertThat(state.organization(tenant.id).access().suspended()).isTrue();
    assertThat(state.member(tenant.owner).removed()).isTrue();
    assertThat(state.positionOf(tenant.id)).isEqualTo(removed.position());
  }

  @Test
  void aRecordThatIsSentAgainWhileItsKeyRotatesTakesNoSecretAway() {
    TestTenant.Key key = tenant.key("live");
    KeyAccess first = key.record();
    String older = key.secret;
    KeyAccess rotated = key.rotated(null);
    state.apply(first);
    state.apply(rotated);

    assertThat(state.apply(first)).isFalse();
    assertThat(state.apply(rotated)).isFalse();

    for (String secret : List.of(older, key.secret)) {
      SecretEntry entry = state.secret(verifier(secret));
      assertThat(entry.key().id()).isEqualTo(key.id);
      assertThat(entry.key().validUntil(entry)).isEqualTo(Long.MAX_VALUE);
    }
  }

  /** Of a compacted topic a reader may see the first record and the third. */
  @Test
  void whatAnUnseenRotationReplacedIsForgottenToo() {
    TestTenant.Key key = tenant.key("live");
    String first = key.secret;
    state.apply(key.record());
    KeyAccess unseen = key.rotated(null);
    assertThat(unseen.secrets()).hasSize(2);
    state.apply(key.rotated(null));

    assertThat(state.secret(verifier(first))).isNull();
    assertThat(state.secret(verifier(key.secret)).key().id()).isEqualTo(key.id);
  }

  @Test
  void nothingMovesToAnotherOrganisation() {
    TestTenant other = new TestTenant(serverKeys);
    TestTenant.Key key = tenant.key("live");
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
    state.apply(key.record());

    var moved =
        new MemberAccess(other.id, 100, tenant.owner, tenant.ownerPerson, Role.OWNER, false);
    assertThatThrownBy(() -> state.apply(moved)).isInstanceOf(IllegalArgumentException.class);
    KeyAccess last = key.record();
    var stolen =
        new KeyAccess(
            other.id, 100, key.id, "live", List.of(), null, null, KeyState.ACTIVE, last.secrets());
    assertThatThrownBy(() -> state.apply(stolen)).isInstanceOf(IllegalArgumentException.class);
    assertThat(state.member(tenant.owner).organization()).isEqualTo(tenant.id);
    assertThat(state.key(key.id).organizationId()).isEqualTo(tenant.id);
    assertThat(state.organization(other.id)).isNull();
  }

  @Test
  void aPersonBelongsToEachOrganisationOnceHoweverOftenTheirRoleChanges() {
    TestTenant other = new TestTenant(serverKeys);
    state.apply(tenant.registered());
    state.apply(other.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
    state.apply(
        new MemberAccess(
            other.id, other.position() + 1, other.owner, tenant.ownerPerson, Role.ADMIN, false));
    state.apply(tenant.ownerAs(Role.DEVELOPER));
    state.apply(tenant.ownerAs(Role.OWNER));

    assertThat(state.membershipsOf(tenant.ownerPerson))
        .extracting(Membership::id)
        .containsExactlyInAnyOrder(tenant.owner, other.owner);
    assertThat(state.memberOf(tenant.ownerPerson, other.id).role()).isEqualTo(Role.ADMIN);
    assertThat(state.memberOf(tenant.ownerPerson, other.id).person()).isEqualTo(tenant.ownerPerson);
  }

  @Test
  void aKeyNamesItsCreatorAlsoBeforeTheirRecordComes() {
    TestTenant.Key owners = tenant.key("live");
    TestTenant.Key operators = tenant.key("live").madeByOperator();
    state.apply(owners.record());
    state.apply(operators.record());
    assertThat(state.key(owners.id).creatorId()).isEqualTo(tenant.owner);
    assertThat(state.key(operators.id).creatorId()).isNull();
  }

  @Test
  void idsOfTheSameHashAreToldApart() {
    var one = new IdKey(new UUID(1, 2));
    assertThat(one)
        .isEqualTo(new IdKey(new UUID(1, 2)))
        .isNotEqualTo(new IdKey(new UUID(2, 1)))
        .hasSameHashCodeAs(new IdKey(new UUID(2, 1)));
    var random = new Random(3);
    Stream<UUID> ids =
        Stream.generate(() -> new UUID(random.nextLong(), random.nextLong())).limit(1_000);
    assertThat(ids.map(IdKey::new).map(IdKey::hashCode).distinct().count()).isGreaterThan(990);
  }

  @Test
  void verifiersAreSpreadAndPrintAsNothing() {
    var random = new Random(3);
    var hashes = new HashSet<Integer>();
    for (int i = 0; i < 1_000; i++) {
      var bytes = new byte[32];
      random.nextBytes(bytes);
      hashes.add(Verifier.of(bytes).hashCode());
      assertThat(Verifier.of(bytes)).hasToString("[verifier]");
    }
    assertThat(hashes).hasSizeGreaterThan(990);
  }

  @Test
  void whatBeginsLikeAnIdAndIsNoneNamesNoOrganisation() {
    state.apply(tenant.registered());
    assertThat(state.organizationNamed("org_")).isNull();
    assertThat(state.organizationNamed("another")).isNull();
  }

  /** An operator sizes the heap by it. */
  @Test
  void theEstimateGrowsWithOrganisationsMembersAndKeys() {
    assertThat(state.estimatedBytes()).isZero();
    state.apply(tenant.registered());
    long organization = state.estimatedBytes();
    assertThat(organization).isBetween(300L, 400L);
    state.apply(tenant.ownerAs(Role.OWNER));
    long member = state.estimatedBytes() - organization;
    assertThat(member).isBetween(200L, 300L);
    for (int i = 0; i < 10; i++) {
      state.apply(tenant.key("live").record());
    }
    assertThat((state.estimatedBytes() - organization - member) / 10).isBetween(200L, 300L);
  }

  @Test
  void removedMembersAreRememberedButBelongNowhere() {
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
    assertThat(state.memberOf(tenant.ownerPerson, tenant.id).id()).isEqualTo(tenant.owner);
    state.apply(tenant.ownerRemoved());
    assertThat(state.memberOf(tenant.ownerPerson, tenant.id)).isNull();
    assertThat(state.membershipsOf(tenant.ownerPerson)).isEmpty();
    assertThat(state.member(tenant.owner).removed()).isTrue();
  }

  @Test
  void aKeyFindsItsOrganisationAndCreatorAlsoWhenTheyComeLater() {
    TestTenant.Key key = tenant.key("live");
    state.apply(key.record());
    KeyEntry entry = state.secret(verifier(key.secret)).key();
    assertThat(entry.organization()).isNull();
    assertThat(entry.creator()).isNull();
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
    assertThat(entry.organization().access().slug()).isEqualTo(tenant.slug);
    assertThat(entry.creator().role()).isEqualTo(Role.OWNER);
    assertThat(state.organizationNamed(tenant.slug)).isSameAs(entry.organization());
    assertThat(state.organizationNamed(tenant.id.value())).isSameAs(entry.organization());
  }

  @Test
  void aSecretThatFellOutOfTheRecordIsForgotten() {
    TestTenant.Key key = tenant.key("live");
    String first = key.secret;
    state.apply(key.record());
    state.apply(key.rotated(null));
    String second = key.secret;
    state.apply(key.rotated(null));

    assertThat(state.secret(verifier(first))).isNull();
    assertThat(state.secret(verifier(second)).key().id()).isEqualTo(key.id);
    assertThat(state.secret(verifier(key.secret)).key().id()).isEqualTo(key.id);
    assertThat(state.keyCount()).isEqualTo(1);
  }

  @Test
  void aSecretThatADecisionStillHoldsKnowsThatItsKeyHasForgottenIt() {
    TestTenant.Key key = tenant.key("live");
    state.apply(key.record());
    SecretEntry held = state.secret(verifier(key.secret));
    state.apply(key.rotated(null));
    state.apply(key.rotated(null));

    assertThat(held.key().validUntil(held)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void aSecretIsFoundWithoutAGapWhileItsKeysRecordIsReplacedAgainAndAgain() throws Exception {
    TestTenant.Key key = tenant.key("live");
    state.apply(key.record());
    byte[] verifier = verifier(key.secret);
    var stop = new AtomicBoolean();
    var misses = new AtomicLong();
    var reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!stop.get()) {
                if (state.secret(verifier) == null) {
                  misses.incrementAndGet();
                }
              }
            });
    for (int i = 0; i < 20_000; i++) {
      state.apply(key.record());
    }
    stop.set(true);
    reader.join();
    assertThat(misses).hasValue(0);
  }

  @Test
  void anUnreadableRecordConcernsItsOrganisationUntilThatSubjectIsReadable() {
    TestTenant.Key key = tenant.key("live");
    TestTenant other = new TestTenant(serverKeys);
    state.applyUnreadable(Torn.access(key.id.value(), tenant.id, 3));

    assertThat(state.isUnreadable(tenant.id)).isTrue();
    assertThat(state.isUnreadable(other.id)).isFalse();
    assertThat(state.hidesKeys()).isTrue();
    assertThat(state.lacksRecords()).isTrue();
    assertThat(state.unreadableRecords()).isEqualTo(1);
    state.apply(tenant.registered());
    assertThat(state.isUnreadable(tenant.id)).isTrue();
    state.apply(key.record());
    assertThat(state.isUnreadable(tenant.id)).isFalse();
    assertThat(state.hidesKeys()).isFalse();
    assertThat(state.lacksRecords()).isFalse();
  }

  @Test
  void onlyARecordThatMayBeOfAKeyHidesKeys() {
    state.applyUnreadable(Torn.access(tenant.owner.value(), tenant.id, 3));
    state.applyUnreadable(Torn.access(tenant.id.value(), tenant.id, 3));
    state.applyUnreadable(Torn.revocation(tenant.id, 3));
    state.applyUnreadable(Torn.revocation(tenant.id, 3));
    assertThat(state.unreadableRecords()).isEqualTo(4);
    assertThat(state.hidesKeys()).isFalse();
    state.applyUnreadable(Torn.access(null, null, 3));
    assertThat(state.hidesKeys()).isTrue();
  }

  @Test
  void oneThatNamesNobodyConcernsItsWholePartition() {
    int partition = dev.keyledger.events.Topics.partitionOf(tenant.id);
    state.applyUnreadable(Torn.access(null, null, partition));
    assertThat(state.isUnreadable(tenant.id)).isTrue();
    var elsewhere = new AccessState();
    elsewhere.applyUnreadable(Torn.access(null, null, partition + 1));
    assertThat(elsewhere.isUnreadable(tenant.id)).isFalse();
  }

  @Test
  void anAcknowledgedRevocationConcernsNobodyNowOrWhenItIsReadAgain() {
    int partition = dev.keyledger.events.Topics.partitionOf(tenant.id);
    UnreadableRecord first = Torn.revocation(null, partition);
    UnreadableRecord second = Torn.revocation(null, partition);
    state.applyUnreadable(first);
    state.applyUnreadable(second);

    state.acknowledge(Set.of(first.place()));

    assertThat(state.isUnreadable(tenant.id)).isTrue();
    assertThat(state.unreadable()).singleElement().extracting(c -> c.record()).isEqualTo(second);
    state.acknowledge(Set.of(second.place()));
    assertThat(state.isUnreadable(tenant.id)).isFalse();
    state.applyUnreadable(first);
    assertThat(state.isUnreadable(tenant.id)).isFalse();
    assertThat(state.unreadableRecords()).isZero();
  }

  @Test
  void anAcknowledgementExcusesNoOtherRecordAtThatPlace() {
    int partition = dev.keyledger.events.Topics.partitionOf(tenant.id);
    UnreadableRecord torn = Torn.revocation(null, partition);
    RecordPlace place = torn.place();
    state.acknowledge(
        Set.of(
            new RecordPlace(place.topic(), "another", partition, place.offset(), place.digest()),
            new RecordPlace(place.topic(), place.topicId(), partition, place.offset(), "another")));

    state.applyUnreadable(torn);

    assertThat(state.isUnreadable(tenant.id)).isTrue();
  }

  /** A key that was revoked by a record that is acknowledged must not come back to life. */
  @Test
  void anAccessRecordThatNamesNoOrganisationComesToConcernTheOneOfItsSubject() {
    TestTenant.Key key = tenant.key("live");
    TestTenant other = new TestTenant(serverKeys);
    state.apply(tenant.registered());
    state.apply(key.record());
    int partition = dev.keyledger.events.Topics.partitionOf(other.id);
    UnreadableRecord torn = Torn.access(key.id.value(), null, partition);
    state.applyUnreadable(torn);
    assertThat(state.isUnreadable(other.id)).isTrue();

    state.acknowledge(Set.of(torn.place()));

    assertThat(state.isUnreadable(other.id)).isFalse();
    assertThat(state.isUnreadable(tenant.id)).isTrue();
    state.apply(key.record());
    assertThat(state.isUnreadable(tenant.id)).isFalse();
  }

  @Test
  void whatIsAcknowledgedOfAnOrganisationOrAMemberStaysUnknownToo() {
    TestTenant other = new TestTenant(serverKeys);
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
    int partition = dev.keyledger.events.Topics.partitionOf(other.id);
    for (var mending : List.of(tenant.suspended(true), tenant.ownerRemoved())) {
      UnreadableRecord torn = Torn.access(mending.subject().value(), null, partition);
      state.applyUnreadable(torn);
      state.acknowledge(Set.of(torn.place()));
      assertThat(state.isUnreadable(other.id)).isFalse();
      assertThat(state.isUnreadable(tenant.id)).isTrue();

      state.apply(mending);

      assertThat(state.isUnreadable(tenant.id)).isFalse();
    }
  }

  @Test
  void anAccessRecordOfNoKnownSubjectIsDoneWithOnceItIsAcknowledged() {
    int partition = dev.keyledger.events.Topics.partitionOf(tenant.id);
    UnreadableRecord torn = Torn.access(tenant.key("live").id.value(), null, partition);
    state.applyUnreadable(torn);
    assertThat(state.hidesKeys()).isTrue();

    state.acknowledge(Set.of(torn.place()));

    assertThat(state.isUnreadable(tenant.id)).isFalse();
    assertThat(state.hidesKeys()).isFalse();
  }

  @Test
  void anAccessRecordOfOneOrganisationIsMendedAndNeverAcknowledged() {
    UnreadableRecord torn = Torn.access(tenant.key("live").id.value(), tenant.id, 3);
    state.applyUnreadable(torn);
    assertThat(state.unreadable().getFirst().isAcknowledgeable()).isFalse();

    state.acknowledge(Set.of(torn.place()));

    assertThat(state.isUnreadable(tenant.id)).isTrue();
  }
}
