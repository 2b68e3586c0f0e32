package dev.keyledger.kit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedNoteTest {
  private static final Instant AT = Instant.parse("2026-11-27T02:00:00.750Z");
  private static final NoteSigner LOG = NoteSigner.ofLog("example.com/log", seed(1));
  private static final NoteSigner WITNESS = NoteSigner.ofWitness("witness.example/w1", seed(2));
  private static final Checkpoint CHECKPOINT =
      new Checkpoint("example.com/log", 7, Leaves.numbered(7).root(7));

  /** The example of Go's package for notes, which others made. */
  @Test
  void aNoteThatOthersSignedIsTheirs() {
    var key =
        NoteVerifier.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    String note =
        """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
        """;
    assertThat(SignedNote.parse(note).signedBy(key)).isPresent();
    assertThat(SignedNote.parse(note)).hasToString(note);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SignedNote.parse(note.replace("think", "thinks")).signedBy(key));
  }

  @Test
  void aCheckpointIsTheLogsAndAWitnessSaysWhenItSawIt() {
    SignedNote signed = CHECKPOINT.signedBy(List.of(LOG));
    SignedNote seen = signed.with(SignedNote.signatureLines(WITNESS.sign(signed.text(), AT)));
    SignedNote read = SignedNote.parse(seen.toString());
    assertThat(Checkpoint.parse(read.text())).isEqualTo(CHECKPOINT);
    assertThat(read.signedBy(LOG.verifier())).isPresent();
    assertThat(read.signedBy(WITNESS.verifier())).contains(Instant.parse("2026-11-27T02:00:00Z"));
    assertThat(signed.signedBy(WITNESS.verifier())).isEmpty();
    assertThat(read.only(List.of(LOG.verifier()))).hasToString(signed.toString());
    assertThat(seen.with(seen.signatures())).hasToString(seen.toString());
  }

  @Test
  void aKeyIsReadAgainAsItIsGiven() {
    for (NoteSigner signer : List.of(LOG, WITNESS)) {
      String vkey = signer.verifier().vkey();
      NoteVerifier read = NoteVerifier.parse(vkey);
      assertThat(read.vkey()).isEqualTo(vkey);
      assertThat(read.isWitness()).isEqualTo(signer == WITNESS);
      assertThat(signer).hasToString(vkey);
    }
  }

  @Test
  void aWitnessSignsForNoOtherTimeThanItSays() {
    SignedNote signed = CHECKPOINT.signedBy(List.of(LOG));
    SignedNote.Signature line =
        SignedNote.signatureLines(WITNESS.sign(signed.text(), AT)).getFirst();
    byte[] later = line.bytes().clone();
    later[7]++;
    var forged =
        new SignedNote.Signature(line.name(), line.keyId(), later, line.line().replace("=", ""));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new SignedNote(signed.text(), List.of(forged)).signedBy(WITNESS.verifier()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text\n",
        "text\n\n",
        "text\n\n— name\n",
        "text\n\n— name !!!!\n",
        "text\n\n- name AAAAAAA=\n",
        "text\n\n— name AAAA\n",
        "text\n\n— na+me AAAAAAA=\n",
        "text\n\n— name AAAAAAA=",
        "te\txt\n\n— name AAAAAAA=\n",
        "text\n— name AAAAAAA=\n"
      })
  void whatIsNoNoteIsRefused(String note) {
    assertThatIllegalArgumentException().isThrownBy(() -> SignedNote.parse(note));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name",
        "name+c74f20a3",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpcQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
      })
  void whatIsNoKeyIsRefused(String vkey) {
    assertThatIllegalArgumentException().isThrownBy(() -> NoteVerifier.parse(vkey));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "o\n1\n",
        "o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
        "o\n1\nAAAA\n",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n"
      })
  void whatIsNoCheckpointIsRefused(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Checkpoint.parse(text));
  }

  @Test
  void aProofInAFileSpeaksOfItsEntryAlone() {
    byte[] entry = "entry 3".getBytes(StandardCharsets.UTF_8);
    var proof =
        new InclusionProof(
            3, Proofs.inclusion(3, 7, Leaves.numbered(7)), CHECKPOINT.signedBy(List.of(LOG)));
    InclusionProof read = InclusionProof.parse(proof.text());
    assertThat(read.text()).isEqualTo(proof.text()).startsWith("c2sp.org/tlog-proof@v1\nindex 3\n");
    assertThat(read.isOf(entry)).isTrue();
    assertThat(read.isOf("entry 4".getBytes(StandardCharsets.UTF_8))).isFalse();
    assertThat(read.checkpoint().signedBy(LOG.verifier())).isPresent();
    String withExtra = proof.text().replace("index 3", "extra AAAA\nindex 3");
    assertThat(InclusionProof.parse(withExtra).isOf(entry)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InclusionProof.parse(proof.text().replace("index 3", "index 03")));
  }

  static byte[] seed(int first) {
    var seed = new byte[32];
    seed[0] = (byte) first;
    return seed;
  }
}
