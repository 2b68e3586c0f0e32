package dev.keyledger.query.log;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.log.AddCheckpoint;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.NoteVerifier;
import dev.keyledger.kit.log.Proofs;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.TiledTree;
import dev.keyledger.query.log.Cosignatures.Uncosigned;
import dev.keyledger.query.log.WitnessClient.Heard;
import dev.keyledger.query.rounds.BackgroundRounds;
import dev.keyledger.query.views.Reads;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Has what was signed cosigned by the witnesses: all are asked about the same checkpoints in a
 * round, so that their signatures stand below one. One that doesn't answer is left out of rounds
 * for a while, and keeps nobody waiting.
 */
@Component
class WitnessRounds extends BackgroundRounds {
  private static final Logger logger = LoggerFactory.getLogger(WitnessRounds.class);
  private static final Duration ROUND = Duration.ofSeconds(10);
  private static final Duration LEFT_OUT = Duration.ofSeconds(15);
  private static final Duration IDLE = Duration.ofSeconds(5);

  private record About(String witness, UUID log) {}

  private final LogSettings settings;
  private final Cosignatures cosignatures;
  private final WitnessClient client;
  private final LogKeys keys;
  private final JdbcClient jdbc;
  private final Clock clock;
  private final Map<String, Instant> leftOut = new ConcurrentHashMap<>();
  // Said once, not in every round.
  private final Map<About, String> told = new ConcurrentHashMap<>();
  private volatile int refusals;

  WitnessRounds(
      LogSettings settings,
      Cosignatures cosignatures,
      WitnessClient client,
      LogKeys keys,
      JdbcClient jdbc,
      MeterRegistry meters,
      Clock clock) {
    super(
        "witnesses",
        "checkpoints cannot be cosigned",
        IDLE,
        settings.checkpointInterval().dividedBy(10));
    this.settings = settings;
    this.cosignatures = cosignatures;
    this.client = client;
    this.keys = keys;
    this.jdbc = jdbc;
    this.clock = clock;
    Gauge.builder("keyledger.log.witness.refusals", () -> refusals)
        .description("Logs that a witness doesn't cosign any more, counted for each witness")
        .register(meters);
  }

  /** Something new may be due. */
  void signed() {
    due();
  }

  @Override
  protected void round() throws InterruptedException {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      round(threads);
    } finally {
      threads.shutdownNow();
    }
  }

  private void round(ExecutorService threads) throws InterruptedException {
    Map<UUID, SignedNote> notes = new ConcurrentHashMap<>();
    Map<String, Future<Map<UUID, SignedNote.Signature>>> asked = new LinkedHashMap<>();
    Map<LogSettings.KnownWitness, List<Uncosigned>> due = new LinkedHashMap<>();
    for (LogSettings.KnownWitness witness : settings.witnesses()) {
      if (leftOut.getOrDefault(witness.key(), Instant.MIN).isAfter(clock.instant())) {
        continue;
      }
      due.put(witness, cosignatures.due(witness.key()));
    }
    // What one witness reads a moment later may have grown: all get what the first was given.
    due.values().forEach(each -> each.forEach(one -> notes.putIfAbsent(one.log(), one.note())));
    due.forEach((witness, each) ->
        asked.put(witness.key(), threads.submit(() -> ask(witness, each, notes))));
    Map<UUID, SignedNote> cosigned = new LinkedHashMap<>();
    for (var one : asked.entrySet()) {
      answers(one.getKey(), one.getValue())
          .forEach((log, line) ->
              cosigned.merge(
                  log,
                  Objects.requireNonNull(notes.get(log)).with(List.of(line)),
                  (all, more) -> all.with(more.signatures())));
    }
    cosigned.forEach(this::keep);
    refusals = cosignatures.refusals();
  }

  private Map<UUID, SignedNote.Signature> answers(
      String witness, Future<Map<UUID, SignedNote.Signature>> answers) throws InterruptedException {
    try {
      return answers.get(ROUND.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answers.cancel(true);
      leaveOut(witness, e);
      return Map.of();
    } catch (ExecutionException e) {
      // Whatever a witness does comes otherwise: this is ours, and keeps the others from nothing.
      tell("witness " + name(witness) + " cannot be asked", Objects.requireNonNull(e.getCause()));
      leftOut.put(witness, clock.instant().plus(LEFT_OUT));
      return Map.of();
    }
  }

  private void leaveOut(String witness, Exception e) {
    logger.warn("witness {} doesn't answer: {}", name(witness), e.getClass().getSimpleName());
    leftOut.put(witness, clock.instant().plus(LEFT_OUT));
  }

  private Map<UUID, SignedNote.Signature> ask(
      LogSettings.KnownWitness witness, List<Uncosigned> due, Map<UUID, SignedNote> notes)
      throws InterruptedException {
    Map<UUID, SignedNote.Signature> cosigned = new LinkedHashMap<>();
    NoteVerifier verifier = witness.verifier();
    for (Uncosigned one : due) {
      try {
        SignedNote note = notes.getOrDefault(one.log(), one.note());
        ask(witness, verifier, new Uncosigned(one.log(), note, one.cosigned()))
            .ifPresent(line -> cosigned.put(one.log(), line));
      } catch (TiledTree.MissingHashException e) {
        heard(witness, one, one.cosigned(), "hashes of the log are missing");
      } catch (IOException e) {
        leaveOut(witness.key(), e);
        break;
      }
    }
    return cosigned;
  }

  private Optional<SignedNote.Signature> ask(
      LogSettings.KnownWitness witness, NoteVerifier verifier, Uncosigned due)
      throws IOException, InterruptedException {
    Checkpoint told = Checkpoint.parse(due.note().text());
    Heard answer = client.add(witness.url(), request(due, told, due.cosigned()));
    if (answer instanceof Heard.Knows known && known.size() <= told.size()) {
      // Somebody else asked it, or it was asked and we never heard.
      answer = client.add(witness.url(), request(due, told, known.size()));
    }
    return switch (answer) {
      case Heard.Cosigned lines -> {
        Optional<SignedNote.Signature> own =
            lines.lines().stream()
                .filter(
                    line -> new SignedNote(due.note().text(), List.of(line)).isSignedBy(verifier))
                .findFirst();
        heard(witness, due, told.size(), own.isPresent() ? null : "no good signature");
        yield own;
      }
      case Heard.Knows known -> {
        heard(witness, due, due.cosigned(), "it has seen " + known.size() + " entries");
        yield Optional.empty();
      }
      case Heard.Stranger unused -> {
        cosignatures.keep(due.log(), witness.key(), due.cosigned(), Cosignatures.NOT_ITS_LOG);
        yield Optional.empty();
      }
      case Heard.Refused refused -> {
        heard(witness, due, due.cosigned(), refused.reason());
        yield Optional.empty();
      }
    };
  }

  private void heard(
      LogSettings.KnownWitness witness, Uncosigned due, long size, @Nullable String refused) {
    var before =
        refused == null
            ? told.remove(new About(witness.key(), due.log()))
            : told.put(new About(witness.key(), due.log()), refused);
    if (refused != null && !refused.equals(before)) {
      logger.error(
          "witness {} doesn't cosign the log of {}: {}",
          name(witness.key()),
          due.log().equals(Cosignatures.PLATFORM) ? "the platform" : OrganizationId.of(due.log()),
          refused);
    }
    cosignatures.keep(due.log(), witness.key(), size, refused);
  }

  private AddCheckpoint request(Uncosigned due, Checkpoint told, long old) {
    TiledTree tree =
        new TiledTree(
            due.log().equals(Cosignatures.PLATFORM)
                ? StoredRows.ofPlatform(jdbc)
                : StoredRows.of(jdbc, Reads.live(jdbc), due.log()));
    return new AddCheckpoint(old, Proofs.consistency(old, told.size(), tree), due.note());
  }

  private void keep(UUID log, SignedNote note) {
    long good =
        settings.witnesses().stream()
            .filter(witness -> note.isSignedBy(witness.verifier()))
            .count();
    if (good >= Math.max(1, settings.requiredWitnesses())) {
      cosignatures.keepWitnessed(log, Checkpoint.parse(note.text()).size(), note);
    }
  }

  private static String name(String witness) {
    return witness.substring(0, witness.indexOf('+'));
  }

  @Override
  public boolean isAutoStartup() {
    return !settings.witnesses().isEmpty();
  }
}
