package dev.keyledger.command.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.Receipt.Channel;
import dev.keyledger.kit.receipts.Receipt.Consumer;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeptReceiptTest {
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");
  private static final Instant APPLIED = AT.plusMillis(12);
  private static final KeptReceipt BEGUN =
      new KeptReceipt(
          new OrganizationId("org_0190f5c2-7b3a-7c4d-8e5f-0123456789ab"),
          new KeyId("key_0190f5c2-7b3a-7c4d-8e5f-0123456789ab"),
          7,
          false,
          AT,
          null,
          List.of(),
          false,
          false);

  private static KeptReceipt inForce(boolean looked, Consumer... consumers) {
    return new KeptReceipt(
        BEGUN.organization(),
        BEGUN.key(),
        7,
        false,
        AT,
        AT.plusMillis(20),
        List.of(consumers),
        looked,
        false);
  }

  private static Consumer replica(String instance, @Nullable Instant appliedAt) {
    return new Consumer("token-service", instance, Channel.TOKEN_SERVICE, appliedAt, null);
  }

  private static Consumer follower(
      Channel channel, @Nullable Instant appliedAt, @Nullable Instant refusesBy) {
    return new Consumer("shop", "1", channel, appliedAt, refusesBy);
  }

  private static Receipt receipt(@Nullable Instant inForceAt, Consumer... consumers) {
    return new Receipt(7, inForceAt != null, inForceAt, List.of(consumers));
  }

  @Test
  void whoIsHeardOfLaterIsAddedAndWhatWasSaidFirstStays() {
    KeptReceipt named =
        inForce(false, replica("a", APPLIED))
            .with(
                receipt(
                    null,
                    replica("a", APPLIED.plusSeconds(9)),
                    follower(Channel.PAGE, null, AT.plusSeconds(11))));
    assertThat(named.consumers())
        .containsExactly(replica("a", APPLIED), follower(Channel.PAGE, null, AT.plusSeconds(11)));
    assertThat(named.nextLook(AT.plusSeconds(3))).isEqualTo(AT.plusSeconds(11));
    assertThat(named.nextLook(AT.plusSeconds(11))).isNull();

    KeptReceipt applied = named.with(receipt(null, follower(Channel.SSE, APPLIED, null)));

    assertThat(applied.receipt())
        .isEqualTo(
            receipt(
                AT.plusMillis(20), replica("a", APPLIED), follower(Channel.SSE, APPLIED, null)));
    assertThat(applied.nextLook(AT)).isNull();
  }

  @Test
  void whoCameAfterTheFirstLookIsNotNamedAndWhoWasNamedMayStillApplyIt() {
    KeptReceipt looked = inForce(true, follower(Channel.SSE, null, AT.plusSeconds(11)));
    var late = new Consumer("late", "1", Channel.SSE, APPLIED, null);
    assertThat(looked.with(receipt(null, late, follower(Channel.SSE, APPLIED, null))).consumers())
        .containsExactly(follower(Channel.SSE, APPLIED, null));
  }

  @Test
  void aReplicaThatCameAfterItWasInForceHadToApplyNothing() {
    assertThat(
            inForce(false, replica("a", APPLIED))
                .with(receipt(null, replica("b", null)))
                .consumers())
        .containsExactly(replica("a", APPLIED));
    assertThat(BEGUN.with(receipt(null, replica("b", null))).consumers())
        .containsExactly(replica("b", null));
    assertThat(KeptReceipt.named(receipt(AT, replica("a", APPLIED), replica("b", null))))
        .containsExactly(replica("a", APPLIED));
  }

  @Test
  void aFollowerOfWhichOnlyThatItIsThereIsKnownMayHaveComeLater() {
    assertThat(inForce(false).with(receipt(null, follower(Channel.SSE, null, null))).consumers())
        .isEmpty();
  }

  @Test
  void ofMoreThanAThousandWhoIsMissingIsKept() {
    Consumer[] many =
        IntStream.range(0, 1_500).mapToObj(i -> replica("r" + i, APPLIED)).toArray(Consumer[]::new);
    many[1_400] = follower(Channel.SSE, null, AT.plusSeconds(11));
    assertThat(inForce(false, many).consumers())
        .hasSize(1_000)
        .contains(follower(Channel.SSE, null, AT.plusSeconds(11)));
  }

  @Test
  void ofWhomIsMissingWithoutABoundNothingMoreIsAwaitedAfterTheLongestThatThereIs() {
    KeptReceipt missing = inForce(true, follower(Channel.PAGE, null, null));
    assertThat(missing.nextLook(AT)).isEqualTo(AT.plusSeconds(90));
    assertThat(missing.nextLook(AT.plusSeconds(90))).isNull();
  }
}
