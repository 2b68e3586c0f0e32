package dev.keyledger.integration.tampering;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.kit.log.AddCheckpoint;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.ExportReport;
import dev.keyledger.kit.log.ExportTrust;
import dev.keyledger.kit.log.ExportVerifier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.NoteSigner;
import dev.keyledger.kit.log.NoteVerifier;
import dev.keyledger.kit.log.Proofs;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.Witness;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Checks histories offline, by keys and checkpoints that were kept from the beginning on, and asks
 * a witness.
 */
final class Auditor {
  private static final String PLATFORM = "/v1/log";

  private final Supplier<Api> platform;
  private final List<NoteVerifier> keys = new ArrayList<>();
  private final Map<String, SignedNote> kept = new HashMap<>();
  private final Map<String, SignedNote> cosigned = new HashMap<>();
  private final Witness witness =
      new Witness(
          NoteSigner.ofWitness("auditors.test/one", new byte[32]),
          () -> keys,
          new Witness.Memory() {
            @Override
            public Optional<SignedNote> newest(String origin) {
              return Optional.ofNullable(cosigned.get(origin));
            }

            @Override
            public void keep(String origin, SignedNote note) {
              cosigned.put(origin, note);
            }

            @Override
            public void keepRefused(String origin, AddCheckpoint refused) {}
          },
          Clock.systemUTC());

  /**
   * @param platform as one who may read every log
   */
  Auditor(Supplier<Api> platform) {
    this.platform = platform;
  }

  /** Keeps keys and checkpoint of an organisation's log, and has the witness cosign it. */
  void begin(String organization) {
    begin(organization, organization + "/log");
  }

  void beginWithThePlatforms() {
    begin(PLATFORM, PLATFORM);
  }

  private void begin(String name, String log) {
    keysOf(log).forEach(keys::add);
    SignedNote note = checkpoint(log);
    kept.put(name, note);
    Witness.Answer answer = witness.add(new AddCheckpoint(0, List.of(), note).text());
    if (!answer.isCosigned()) {
      throw new IllegalStateException(answer.toString());
    }
  }

  private List<NoteVerifier> keysOf(String log) {
    var all = new ArrayList<NoteVerifier>();
    ok(log + "/keys").node("keys").forEach(key -> all.add(NoteVerifier.parse(key.asString())));
    return all;
  }

  private SignedNote checkpoint(String log) {
    return SignedNote.parse(ok(log + "/checkpoint").rawBody());
  }

  private Answer ok(String path) {
    Answer answer = platform.get().get(path);
    if (answer.status() != 200) {
      throw new IllegalStateException(path + ": " + answer);
    }
    return answer;
  }

  /**
   * @return {@code whole}, or the first fault with its position, or the refusal of the export
   */
  String check(String organization) {
    return check(organization, List.of());
  }

  /** The same, with the checkpoint that was kept. */
  String checkWithKept(String organization) {
    return check(organization, List.of(keptOf(organization)));
  }

  private String check(String organization, List<Checkpoint> seen) {
    Answer export =
        platform.get().with("Accept", "application/x-ndjson").get(organization + "/events");
    if (export.status() != 200) {
      return "refused: " + export.status() + " " + export.text("code");
    }
    String origin = keptOf(organization).origin();
    List<NoteVerifier> ofLog = keys.stream().filter(key -> key.name().equals(origin)).toList();
    List<NoteVerifier> ofPlatform =
        keys.stream().filter(key -> key.name().endsWith("/v1/log")).toList();
    var trust = new ExportTrust(ofLog, ofPlatform, List.of(), 0, seen);
    try (var in = new ByteArrayInputStream(export.rawBody().getBytes(UTF_8))) {
      ExportReport report = new ExportVerifier(trust).verify(in);
      return report.faults().stream()
          .findFirst()
          .map(fault -> fault.kind() + " " + fault.position())
          .orElse("whole");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Checkpoint keptOf(String name) {
    return Checkpoint.parse(kept.get(name).text());
  }

  /** The status of the witness: 200 where it cosigns what the log says now. */
  int witnessed(String organization) {
    return witnessedLog(organization + "/log");
  }

  int platformWitnessed() {
    return witnessedLog(PLATFORM);
  }

  private int witnessedLog(String log) {
    SignedNote now = checkpoint(log);
    Checkpoint told = Checkpoint.parse(now.text());
    long before = Checkpoint.parse(cosigned.get(told.origin()).text()).size();
    List<Hash> proof = before >= told.size() ? List.of() : consistency(log, before, told.size());
    return witness
        .add(new AddCheckpoint(Math.min(before, told.size()), proof, now).text())
        .status();
  }

  private List<Hash> consistency(String log, long from, long to) {
    var hashes = new ArrayList<Hash>();
    ok(log + "/consistency?old_size=" + from + "&tree_size=" + to)
        .node("hashes")
        .forEach(hash -> hashes.add(Hash.parse(hash.asString())));
    return hashes;
  }

  /** Whether the platform's log, as another auditor is shown it now, begins with the one kept. */
  boolean isShownTheSameAsBefore() {
    Checkpoint before = keptOf(PLATFORM);
    Checkpoint now = Checkpoint.parse(checkpoint(PLATFORM).text());
    return now.size() >= before.size()
        && Proofs.isConsistent(
            before.size(),
            before.root(),
            now.size(),
            now.root(),
            consistency(PLATFORM, before.size(), now.size()));
  }
}
