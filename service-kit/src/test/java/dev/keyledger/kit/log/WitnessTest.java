package dev.keyledger.kit.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.kit.log.Witness.Answer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C2SP tlog-witness, add-checkpoint. */
class WitnessTest {
  private static final Instant AT = Instant.parse("2026-11-27T05:00:00Z");
  private static final String ORIGIN = "example.com/log";
  private static final NoteSigner LOG = NoteSigner.ofLog(ORIGIN, SignedNoteTest.seed(1));
  private static final NoteSigner KEY =
      NoteSigner.ofWitness("witness.example/w1", SignedNoteTest.seed(2));
  private static final Leaves TREE = Leaves.numbered(40);

  private final InMemory memory = new InMemory();
  private final List<NoteVerifier> logs = new ArrayList<>(List.of(LOG.verifier()));
  private final Witness witness =
      new Witness(KEY, () -> logs, memory, Clock.fixed(AT, ZoneOffset.UTC));

  private static final class InMemory implements Witness.Memory {
    private final Map<String, SignedNote> newest = new ConcurrentHashMap<>();
    private final List<AddCheckpoint> refused = new ArrayList<>();

    @Override
    public Optional<SignedNote> newest(String origin) {
      return Optional.ofNullable(newest.get(origin));
    }

    @Override
    public void keep(String origin, SignedNote cosigned) {
      newest.put(origin, cosigned);
    }

    @Override
    public void keepRefused(String origin, AddCheckpoint request) {
      refused.add(request);
    }
  }

  @Test
  void whatGoesOnFromWhatWasCosignedIsCosignedWithTheTime() {
    cosign(0, 7);
    cosign(7, 23);
    cosign(23, 23);
    SignedNote kept = memory.newest.get(ORIGIN);
    assertThat(Checkpoint.parse(kept.text()).size()).isEqualTo(23);
    assertThat(kept.signedBy(KEY.verifier())).contains(AT);
    assertThat(kept.isSignedBy(LOG.verifier())).isTrue();
  }

  @Test
  void anOldSizeThatIsNotTheOneCosignedLastIsToldTheOneThatIs() {
    cosign(0, 7);
    for (long old : List.of(0L, 3L, 8L)) {
      Answer answer = add(request(old, 23, TREE));
      assertThat(answer).isEqualTo(new Answer(409, 7L, "7\n"));
    }
    assertThat(memory.refused).isEmpty();
  }

  @Test
  void anotherTreeOfTheSameSizeIsAConflictAndKeptAsEvidence() {
    cosign(0, 7);
    Answer answer = add(request(7, 7, another()));
    assertThat(answer).isEqualTo(new Answer(409, 7L, "7\n"));
    assertThat(memory.refused).hasSize(1);
    assertThat(rootKept()).isEqualTo(TREE.root(7));
  }

  @Test
  void aRewrittenHistoryIsNotCosigned() {
    cosign(0, 7);
    assertThat(add(request(7, 23, another())).status()).isEqualTo(422);
    assertThat(memory.refused).hasSize(1);
    assertThat(rootKept()).isEqualTo(TREE.root(7));
  }

  @Test
  void aProofThatIsOneHashTooLongOrTooShortProvesNothing() {
    cosign(0, 7);
    List<Hash> proof = Proofs.consistency(7, 23, TREE);
    assertThat(add(request(7, 23, TREE, proof.subList(1, proof.size()))).status()).isEqualTo(422);
    var longer = new ArrayList<>(proof);
    longer.add(TREE.root(1));
    assertThat(add(request(7, 23, TREE, longer)).status()).isEqualTo(422);
    assertThat(add(request(7, 7, TREE, List.of(TREE.root(7)))).status()).isEqualTo(422);
  }

  @Test
  void theFirstCheckpointHasNoProof() {
    assertThat(add(request(0, 7, TREE, List.of(TREE.root(7)))).status()).isEqualTo(422);
    assertThat(memory.newest).isEmpty();
    cosign(0, 7);
  }

  @Test
  void aLogThatItDoesNotKnowIsNotFound() {
    NoteSigner other = NoteSigner.ofLog("example.com/other", SignedNoteTest.seed(1));
    SignedNote note = new Checkpoint("example.com/other", 7, TREE.root(7)).signedBy(List.of(other));
    assertThat(add(new AddCheckpoint(0, List.of(), note)).status()).isEqualTo(404);
  }

  @Test
  void whatTheLogDidNotSignIsForbidden() {
    NoteSigner forger = NoteSigner.ofLog(ORIGIN, SignedNoteTest.seed(9));
    SignedNote forged = new Checkpoint(ORIGIN, 7, TREE.root(7)).signedBy(List.of(forger));
    assertThat(add(new AddCheckpoint(0, List.of(), forged)).status()).isEqualTo(403);
    SignedNote mine = new SignedNote(forged.text(), List.of());
    String cosigned = mine.with(SignedNote.signatureLines(KEY.sign(mine.text(), AT))).toString();
    assertThat(witness.add("old 0\n\n" + cosigned).status()).isEqualTo(403);
    assertThat(memory.newest).isEmpty();
  }

  @Test
  void signaturesOfOthersBesideTheLogsArePassedOverAndNotKept() {
    NoteSigner other = NoteSigner.ofLog("somebody.example", SignedNoteTest.seed(9));
    SignedNote note = new Checkpoint(ORIGIN, 7, TREE.root(7)).signedBy(List.of(other, LOG));
    assertThat(add(new AddCheckpoint(0, List.of(), note)).isCosigned()).isTrue();
    assertThat(memory.newest.get(ORIGIN).signatures())
        .extracting(SignedNote.Signature::name)
        .containsExactly(ORIGIN, "witness.example/w1");
  }

  @Test
  void aLogsNextKeyIsAsGoodAsItsFirstOnceItIsKnown() {
    NoteSigner next = NoteSigner.ofLog(ORIGIN, SignedNoteTest.seed(3));
    SignedNote note = new Checkpoint(ORIGIN, 7, TREE.root(7)).signedBy(List.of(next));
    assertThat(add(new AddCheckpoint(0, List.of(), note)).status()).isEqualTo(403);
    logs.add(next.verifier());
    assertThat(add(new AddCheckpoint(0, List.of(), note)).isCosigned()).isTrue();
  }

  @Test
  void aLogThatShrinksIsRefused() {
    cosign(0, 23);
    assertThat(add(request(23, 7, TREE, List.of())).status()).isEqualTo(400);
    assertThat(add(request(7, 7, TREE, List.of()))).isEqualTo(new Answer(409, 23L, "23\n"));
    assertThat(rootKept()).isEqualTo(TREE.root(23));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "old 0",
        "old 00\n\n%s",
        "old -1\n\n%s",
        "old 18446744073709551616\n\n%s",
        "old 9999999999999999999\n\n%s",
        "old  0\n\n%s",
        "OLD 0\n\n%s",
        "old 0\r\n\r\n%s",
        "old 0\n%s",
        "old 0\nnot base64\n\n%s",
        "old 0\nAAAA\n\n%s",
        "old 0\n\n\n%s",
        "old 0\n\nexample.com/log\n7\n",
        "old 0\n\nexample.com/log\nseven\nAAAA\n\n— example.com/log AAAAAAAA\n",
      })
  void whatIsNoRequestIsABadOne(String body) {
    String note = checkpoint(7, TREE).toString();
    assertThat(witness.add(body.replace("%s", note)).status()).isEqualTo(400);
    assertThat(memory.newest).isEmpty();
  }

  @Test
  void noMoreHashesThanAProofCanHaveAreRead() {
    String note = checkpoint(7, TREE).toString();
    String hash = TREE.root(1).text() + "\n";
    assertThat(witness.add("old 0\n" + hash.repeat(64) + "\n" + note).status()).isEqualTo(400);
    assertThat(witness.add("old 0\n" + hash.repeat(63) + "\n" + note).status()).isEqualTo(422);
  }

  @Test
  void ofManyAtOnceOneIsCosignedAndNoneGoesBack() throws Exception {
    cosign(0, 7);
    var begin = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Answer>>();
      for (int size = 8; size <= 40; size++) {
        AddCheckpoint request = request(7, size, TREE);
        answers.add(
            threads.submit(() -> {
              begin.await();
              return add(request);
            }));
      }
      begin.countDown();
      int cosigned = 0;
      for (Future<Answer> answer : answers) {
        if (answer.get().isCosigned()) {
          cosigned++;
        } else {
          assertThat(answer.get().status()).isEqualTo(409);
        }
      }
      assertThat(cosigned).isEqualTo(1);
    }
  }

  private void cosign(long old, int size) {
    AddCheckpoint request = request(old, size, TREE);
    Answer answer = add(request);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(request.checkpoint().with(SignedNote.signatureLines(answer.text())))
        .satisfies(note -> assertThat(note.signedBy(KEY.verifier())).contains(AT));
  }

  private Answer add(AddCheckpoint request) {
    return witness.add(request.text());
  }

  private Hash rootKept() {
    return Checkpoint.parse(memory.newest.get(ORIGIN).text()).root();
  }

  private static AddCheckpoint request(long old, int size, Leaves tree) {
    return request(old, size, tree, old > size ? List.of() : Proofs.consistency(old, size, tree));
  }

  private static AddCheckpoint request(long old, int size, Leaves tree, List<Hash> proof) {
    return new AddCheckpoint(old, proof, checkpoint(size, tree));
  }

  private static SignedNote checkpoint(int size, Leaves tree) {
    return new Checkpoint(ORIGIN, size, tree.root(size)).signedBy(List.of(LOG));
  }

  /** The same but for the third entry, with a log that fits. */
  private static Leaves another() {
    var hashes = new ArrayList<>(TREE.hashes());
    hashes.set(2, Hash.ofLeaf(new byte[] {1}));
    return new Leaves(hashes);
  }
}
