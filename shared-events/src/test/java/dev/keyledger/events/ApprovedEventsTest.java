package dev.keyledger.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Refresh;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events are for ever: the JSON of each type is a file that a reviewer reads. A changed event
 * writes {@code <type>.received.json} into the build folder; an author who means the change moves
 * it over the approved one.
 */
class ApprovedEventsTest {
  private static final Path APPROVED = Path.of("src/test/resources/approved");

  static List<OrganizationEvent> events() {
    return Samples.EVENTS;
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventIsWrittenAsItWasApproved(OrganizationEvent event) throws IOException {
    String name = EventTypes.nameOf(event);
    String written =
        EventCodec.mapper()
                .writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .writeValueAsString(
                    EventCodec.mapper().readTree(EventCodec.encode(Samples.inLedger(event))))
            + "\n";
    Path approved = APPROVED.resolve(name + ".json");
    if (!Files.exists(approved) || !Files.readString(approved).equals(written)) {
      Path received =
          Files.createDirectories(Path.of("target/received")).resolve(name + ".received.json");
      Files.writeString(received, written);
    }
    assertThat(approved).exists().content().isEqualTo(written);
  }

  @ParameterizedTest
  @MethodSource("events")
  void whatWasApprovedIsReadBackAsTheSameEvent(OrganizationEvent event) throws IOException {
    byte[] approved = Files.readAllBytes(APPROVED.resolve(EventTypes.nameOf(event) + ".json"));

    assertThat(EventCodec.decodeEvent(approved)).isEqualTo(Samples.inLedger(event));
  }

  @ParameterizedTest
  @MethodSource("events")
  void aFactThatLeavesTheLedgerCarriesNoVerifier(OrganizationEvent event) {
    String fact =
        new String(
            EventCodec.encode(Samples.inLedger(event).withoutVerifiers()), StandardCharsets.UTF_8);

    assertThat(fact)
        .doesNotContain("verifier", Samples.SECRET.verifier())
        .doesNotContain("sealed\"", Samples.SIGNED_BY.sealed());
  }

  @Test
  void anEventOfBeforeCausesWereRecordedHasNoneAndIsWrittenAsTheSameBytes() throws IOException {
    byte[] before =
        EventCodec.mapper()
            .writeValueAsBytes(
                EventCodec.mapper()
                    .readTree(Files.readAllBytes(APPROVED.resolve("member.removed.json"))));

    LedgerEvent read = EventCodec.decodeEvent(before);

    assertThat(read.origin().cause()).isNull();
    assertThat(read.origin().userAgent()).isNull();
    assertThat(EventCodec.encode(read)).isEqualTo(before);
  }

  @Test
  void whatIsPublishedOfASecretCommitsToItsVerifierAndSaysNothingOfIt() {
    var issued = IssuedSecret.committed("sk_live_aB3dE5g", "nEvErAsEcReT", Samples.AT);
    LedgerEvent inLedger =
        Samples.inLedger(new KeyEvent.KeyRotated(Samples.KEY, issued, null, Samples.AT));

    String published =
        new String(EventCodec.encode(inLedger.withoutVerifiers()), StandardCharsets.UTF_8);

    // printf nEvErAsEcReT | openssl dgst -sha256 -binary | basenc --base64url
    assertThat(published)
        .contains("\"commitment\":\"gllbhEz9Ww2KvYnkB6RbfZsNPVKsTYkG4TIBtNYd_s4\"")
        .doesNotContain("nEvErAsEcReT");
    assertThat(inLedger.event().fitsItsCommitment()).isTrue();
    for (IssuedSecret other :
        List.of(
            new IssuedSecret("sk_live_aB3dE5g", "another", Samples.AT, issued.commitment()),
            new IssuedSecret("sk_live_aB3dE5g", null, Samples.AT, issued.commitment()))) {
      assertThat(new KeyEvent.KeyRotated(Samples.KEY, other, null, Samples.AT).fitsItsCommitment())
          .isFalse();
    }
    assertThat(
            new KeyEvent.KeyRotated(Samples.KEY, Samples.SECRET, null, Samples.AT)
                .fitsItsCommitment())
        .isTrue();
  }

  @Test
  void anEventSaysWhatMadeItDueAndWhatTheClientCallsItself() {
    LedgerEvent sample = Samples.inLedger(Samples.EVENTS.getLast());
    var cause = EventCause.reaction("member_removed", sample.id(), 16);
    var origin =
        new Origin("r", null, null, new SealedText(Samples.PERSON, "c2VhbGVk"), null)
            .because(cause);
    var event =
        new LedgerEvent(
            sample.organization(), 17, sample.id(), sample.actor(), origin, sample.event());

    String written = new String(EventCodec.encode(event), StandardCharsets.UTF_8);

    assertThat(written)
        .contains(
            "\"cause\":{\"kind\":\"reaction\",\"name\":\"member_removed\",\"event\":\""
                + sample.id()
                + "\",\"position\":16}",
            "\"user_agent\":{\"person\":");
    assertThat(EventCodec.decodeEvent(written.getBytes(StandardCharsets.UTF_8))).isEqualTo(event);
  }

  @Test
  void aFieldOfALaterReleaseInAnOriginKeepsNobodyFromReadingTheEvent() throws IOException {
    String later =
        Files.readString(APPROVED.resolve("member.removed.json"))
            .replace("\"request_id\"", "\"of_a_later_release\" : {}, \"request_id\"");

    assertThat(EventCodec.decodeEvent(later.getBytes(StandardCharsets.UTF_8)).origin().requestId())
        .isEqualTo("req-1");
  }

  @Test
  void anEventOfBeforeOnboardingPermissionsHasNone() throws IOException {
    String before =
        Files.readString(APPROVED.resolve("organization.registered.json"))
            .replaceAll(",\\s*\"onboarding_permissions\" : \\[[^]]*]", "");
    assertThat(before).doesNotContain("onboarding");

    var event =
        (OrganizationRegistered)
            EventCodec.decodeEvent(before.getBytes(StandardCharsets.UTF_8)).event();

    assertThat(event.policy().onboardingPermissions()).isEmpty();
  }

  @Test
  void anEventOfBeforeCommandsHadARateBoundsNone() throws IOException {
    String before =
        Files.readString(APPROVED.resolve("organization.registered.json"))
            .replaceAll(",\\s*\"commands\" : \\{[^}]*}\\s*}", "");
    assertThat(before).doesNotContain("commands");

    var event =
        (OrganizationRegistered)
            EventCodec.decodeEvent(before.getBytes(StandardCharsets.UTF_8)).event();

    assertThat(event.policy().commandRate()).isNull();
    assertThat(new String(EventCodec.encodePayload(event), StandardCharsets.UTF_8))
        .doesNotContain("commands");
  }

  @Test
  void anEventOfBeforeLifetimesWereRenewedHasFixedOnes() throws IOException {
    String before =
        Files.readString(APPROVED.resolve("organization.registered.json"))
            .replaceAll(",\\s*\"(refresh|family_lifetime)\" : \"[^\"]*\"", "");
    assertThat(before).doesNotContain("renewed", "family");

    Policy policy =
        ((OrganizationRegistered)
                EventCodec.decodeEvent(before.getBytes(StandardCharsets.UTF_8)).event())
            .policy();

    assertThat(List.of(policy.sessions().refresh(), policy.keyTokens().refresh()))
        .containsOnly(Refresh.FIXED);
    assertThat(policy.sessions().familyLifetime()).isNull();
    assertThat(policy.sessions().endOfRefresh(Samples.AT, Samples.LATER))
        .isEqualTo(Samples.AT.plus(policy.sessions().refreshLifetime()));
  }

  @Test
  void anEventOfBeforeAnswersWereGivenAgainHasNoneGivenAgain() throws IOException {
    String before =
        Files.readString(APPROVED.resolve("organization.registered.json"))
            .replaceAll(",\\s*\"refresh_reuse_interval\" : \"[^\"]*\"", "");
    assertThat(before).doesNotContain("reuse");

    Policy policy =
        ((OrganizationRegistered)
                EventCodec.decodeEvent(before.getBytes(StandardCharsets.UTF_8)).event())
            .policy();

    assertThat(policy.sessions().refreshReuseInterval()).isNull();
    assertThat(policy.keyTokens().refreshReuseInterval()).isNull();
  }

  @Test
  void anAllowlistOfBeforeNamesNoEnvironmentsAndIsWhoeverManagesThePolicys() throws IOException {
    String before =
        Files.readString(APPROVED.resolve("organization.ip_allowlist_changed.json"))
            .replaceAll("\\s*\"(before|after)_environments\" : \\[[^]]*],", "");
    assertThat(before).doesNotContain("environments");
    var changed =
        (IpAllowlistChanged)
            EventCodec.decodeEvent(before.getBytes(StandardCharsets.UTF_8)).event();
    assertThat(changed.afterEnvironments()).isEmpty();

    String registered =
        Files.readString(APPROVED.resolve("organization.registered.json"))
            .replaceAll("\\s*\"allowlist_managers\" : \"operator\",", "");
    assertThat(registered).doesNotContain("managers");
    assertThat(
            ((OrganizationRegistered)
                    EventCodec.decodeEvent(registered.getBytes(StandardCharsets.UTF_8)).event())
                .policy()
                .allowlistManagers())
        .isEqualTo(Policy.AllowlistManagers.PERMISSION);
  }

  @Test
  void everyTypeHasASample() {
    assertThat(Samples.EVENTS.stream().map(Object::getClass).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(EventTypes.all().values());
  }

  @Test
  void aTypeOfALaterReleaseIsToldFromDamage() throws IOException {
    String later =
        Files.readString(APPROVED.resolve("key.renamed.json")).replace("key.renamed", "key.lent");

    assertThatThrownBy(() -> EventCodec.decodeEvent(later.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(EventCodec.UnknownEventTypeException.class);
    assertThatThrownBy(() -> EventCodec.decodeEvent("{\"type\":".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(EventCodec.UnreadableException.class);
  }

  @Test
  void anEventIsReadInWhicheverOrderItsMembersStand() {
    for (OrganizationEvent sample : Samples.EVENTS) {
      LedgerEvent event = Samples.inLedger(sample);
      var members =
          new ArrayList<>(EventCodec.mapper().readTree(EventCodec.encode(event)).properties());
      Collections.reverse(members);
      ObjectNode reversed = EventCodec.mapper().createObjectNode();
      reversed.putObject("of_a_later_release").put("data", 1);
      members.forEach(member -> reversed.set(member.getKey(), member.getValue()));

      assertThat(EventCodec.decodeEvent(EventCodec.mapper().writeValueAsBytes(reversed)))
          .isEqualTo(event);
    }
  }

  @Test
  void aTypeOfALaterReleaseIsToldWhateverElseItSaysInAnotherWay() throws IOException {
    String later =
        Files.readString(APPROVED.resolve("key.renamed.json")).replace("key.renamed", "key.lent");
    for (String changed :
        List.of(
            later.replaceFirst("\"kind\"\\s*:\\s*\"[a-z]+\"", "\"kind\":\"robot\""),
            later.replaceFirst("\"position\"\\s*:\\s*[0-9]+", "\"position\":\"x\""))) {
      assertThat(changed).isNotEqualTo(later);
      assertThatThrownBy(() -> EventCodec.decodeEvent(changed.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(EventCodec.UnknownEventTypeException.class);
    }
  }

  @Test
  void whatIsCutOrLacksAMemberOrGoesOnBehindItsEndIsNoEvent() {
    byte[] whole = EventCodec.encode(Samples.inLedger(Samples.EVENTS.getFirst()));
    List<byte[]> damaged = new ArrayList<>();
    for (int length = 0; length < whole.length; length++) {
      damaged.add(Arrays.copyOf(whole, length));
    }
    damaged.add(
        (new String(whole, StandardCharsets.UTF_8) + "{}").getBytes(StandardCharsets.UTF_8));
    EventCodec.mapper()
        .readTree(whole)
        .properties()
        .forEach(member -> {
          ObjectNode without = (ObjectNode) EventCodec.mapper().readTree(whole);
          without.remove(member.getKey());
          damaged.add(EventCodec.mapper().writeValueAsBytes(without));
          without.putNull(member.getKey());
          damaged.add(EventCodec.mapper().writeValueAsBytes(without));
          without.put(member.getKey(), "x");
          damaged.add(EventCodec.mapper().writeValueAsBytes(without));
        });

    assertThat(damaged)
        .allSatisfy(bytes ->
            assertThatThrownBy(() -> EventCodec.decodeEvent(bytes))
                .isInstanceOfAny(
                    EventCodec.UnreadableException.class,
                    EventCodec.UnknownEventTypeException.class));
  }
}
