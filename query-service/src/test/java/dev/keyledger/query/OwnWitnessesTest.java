package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.member;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.WitnessRules;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.NoteSigner;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestLedger.Stream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.node.ObjectNode;

/** Witnesses that an organisation's policy names: they fetch and bring. */
@ExtendWith(SharedReplica.Resolver.class)
class OwnWitnessesTest {
  private static final String BRING = "/v1/log/cosignatures";

  private final SharedReplica replica;
  private final QueryServiceUnderTest service;
  private final Stream stream = new Stream();
  private final Caller auditor = member(stream, Set.of(Permissions.AUDIT_READ));
  private final String log = "/v1/organizations/" + stream.id + "/log";
  private final NoteSigner one = NoteSigner.ofWitness("own.example/1", seed(1));
  private final NoteSigner two = NoteSigner.ofWitness("own.example/2", seed(2));
  private final NoteSigner stranger = NoteSigner.ofWitness("own.example/1", seed(3));

  OwnWitnessesTest(SharedReplica replica) {
    this.replica = replica;
    this.service = replica.service;
  }

  @Test
  void aCheckpointIsGivenOnceAsManyHaveCosignedItAsPolicyWants() {
    replica.ledger.publish(List.of(stream.registered()));
    policy(new WitnessRules(keys(one, two), 2));

    assertThat(service.get(auditor, log + "/checkpoint").code()).isEqualTo("not_witnessed");
    SignedNote offered = note("/offered-checkpoint");
    assertThat(Checkpoint.parse(offered.text()).size()).isEqualTo(stream.position() + 1);
    var brought = bring(offered, one);
    assertThat(brought.status()).as(brought.body().toString()).isEqualTo(204);
    assertThat(service.get(auditor, log + "/proof?position=0").code()).isEqualTo("not_witnessed");
    assertThat(bring(offered, two).status()).isEqualTo(204);

    SignedNote given = note("/checkpoint");
    assertThat(given.text()).isEqualTo(offered.text());
    assertThat(given.isSignedBy(one.verifier()) && given.isSignedBy(two.verifier())).isTrue();
    assertThat(service.get(auditor, log + "/proof?position=0").status()).isEqualTo(200);
  }

  @Test
  void theSameOneIsOfferedUntilItIsCosignedOrATimeHasPassed() {
    replica.ledger.publish(List.of(stream.registered()));
    policy(new WitnessRules(keys(one, two), 2));
    SignedNote first = note("/offered-checkpoint");
    publishOne();
    assertThat(note("/offered-checkpoint").text()).isEqualTo(first.text());
    bring(first, one);
    bring(first, two);
    SignedNote second = note("/offered-checkpoint");
    assertThat(Checkpoint.parse(second.text()).size()).isEqualTo(stream.position() + 1);
    publishOne();
    assertThat(note("/offered-checkpoint").text()).isEqualTo(second.text());
    replica.clock.advance(Duration.ofSeconds(11));
    SignedNote third = note("/offered-checkpoint");
    assertThat(Checkpoint.parse(third.text()).size()).isEqualTo(stream.position() + 1);
    var late = bring(second, one);
    assertThat(late.status()).isEqualTo(409);
    assertThat(late.code()).isEqualTo("other_checkpoint");
  }

  @Test
  void aWitnessThatSignsOftenIsCountedOnceAndFillsNothing() {
    replica.ledger.publish(List.of(stream.registered()));
    policy(new WitnessRules(keys(one, two), 2));
    SignedNote offered = note("/offered-checkpoint");
    List<String> lines =
        IntStream.range(0, 63)
            .mapToObj(i -> one.sign(offered.text(), TestLedger.START.plusSeconds(i)).strip())
            .toList();
    assertThat(bring(offered, lines).status()).isEqualTo(204);
    assertThat(bring(offered, lines.reversed()).status()).isEqualTo(204);
    assertThat(note("/offered-checkpoint").signatures()).hasSize(2);
    String other = two.sign(offered.text(), TestLedger.START).strip();
    assertThat(bring(offered, List.of(spelt(other))).status()).isEqualTo(422);
    assertThat(bring(offered, List.of(other)).status()).isEqualTo(204);
    assertThat(note("/checkpoint").signatures()).hasSize(3);
  }

  /** The same bytes, with what base64 leaves over set. */
  private static String spelt(String line) {
    String letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    String pad = line.replaceAll("[^=]", "");
    assertThat(pad).isNotEmpty();
    int last = line.length() - pad.length() - 1;
    char next = letters.charAt(letters.indexOf(line.charAt(last)) + 1);
    return line.substring(0, last) + next + pad;
  }

  @Test
  void nobodyElsesSignatureCounts() {
    replica.ledger.publish(List.of(stream.registered()));
    service.awaitApplied(stream);
    assertThat(service.get(auditor, log + "/offered-checkpoint").code())
        .isEqualTo("no_own_witnesses");
    policy(new WitnessRules(keys(one), 1));
    SignedNote offered = note("/offered-checkpoint");
    assertThat(bring(offered, stranger).code()).isEqualTo("not_cosigned");
    assertThat(bring(offered, two).code()).isEqualTo("not_cosigned");
    SignedNote other =
        new SignedNote(offered.text().replace("\n2\n", "\n3\n"), offered.signatures());
    assertThat(bring(other, one).code()).isEqualTo("other_checkpoint");
    Caller outsider = member(new Stream(), Set.of(Permissions.AUDIT_READ));
    assertThat(bring(outsider, offered, one).code()).isEqualTo("forbidden");
    assertThat(
            service.post(auditor, BRING, "{\"checkpoint\":[\"hello\"],\"signatures\":[]}").code())
        .isEqualTo("invalid_field");
    assertThat(service.post(auditor, BRING, "{}").code()).isEqualTo("invalid_field");
    bring(offered, one);
    assertThat(note("/checkpoint").isSignedBy(one.verifier())).isTrue();

    // With another key in the policy, what the former one signed is worth nothing any more.
    policy(new WitnessRules(keys(two), 1));
    assertThat(service.get(auditor, log + "/checkpoint").code()).isEqualTo("not_witnessed");
    policy(null);
    assertThat(Checkpoint.parse(note("/checkpoint").text()).size())
        .isEqualTo(stream.position() + 1);
  }

  private void policy(@Nullable WitnessRules rules) {
    ObjectNode json = EventCodec.mapper().valueToTree(TestLedger.policy());
    if (rules != null) {
      json.set("witnesses", EventCodec.mapper().valueToTree(rules));
    }
    Policy policy = EventCodec.mapper().treeToValue(json, Policy.class);
    replica.ledger.publish(
        List.of(stream.next(new PolicyChanged(policy, policy, false, TestLedger.START))));
    service.awaitApplied(stream);
  }

  private void publishOne() {
    replica.ledger.publish(List.of(stream.next(TestLedger.created(TestLedger.newKey(), "a"))));
    service.awaitApplied(stream);
  }

  private QueryServiceUnderTest.Answer bring(SignedNote offered, NoteSigner witness) {
    return bring(auditor, offered, witness);
  }

  private QueryServiceUnderTest.Answer bring(
      Caller caller, SignedNote offered, NoteSigner witness) {
    return bring(caller, offered, List.of(witness.sign(offered.text(), TestLedger.START).strip()));
  }

  private QueryServiceUnderTest.Answer bring(SignedNote offered, List<String> lines) {
    return bring(auditor, offered, lines);
  }

  private QueryServiceUnderTest.Answer bring(
      Caller caller, SignedNote offered, List<String> lines) {
    return service.post(
        caller,
        BRING,
        EventCodec.mapper()
            .writeValueAsString(
                Map.of("checkpoint", offered.text().lines().toList(), "signatures", lines)));
  }

  private SignedNote note(String path) {
    return SignedNote.parse(
        new String(service.bytes(auditor, log + path).body(), StandardCharsets.UTF_8));
  }

  private static List<String> keys(NoteSigner... witnesses) {
    return List.of(witnesses).stream().map(witness -> witness.verifier().vkey()).toList();
  }

  private static byte[] seed(int first) {
    var seed = new byte[32];
    seed[0] = (byte) first;
    return seed;
  }
}
