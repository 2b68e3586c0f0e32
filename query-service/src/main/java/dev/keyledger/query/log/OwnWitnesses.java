package dev.keyledger.query.log;

import dev.keyledger.events.policy.WitnessRules;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.NoteVerifier;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Witnesses that an organisation's policy names. They aren't asked, which would let a tenant have
 * us call whatever address it likes: they ask by themselves for the checkpoint that is due, and
 * bring their signatures.
 */
@Component
class OwnWitnesses {
  /** How long they all are shown the same one, so that their signatures stand below one. */
  private static final Duration OFFERED = Duration.ofSeconds(10);

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final Clock clock;

  OwnWitnesses(JdbcClient jdbc, PlatformTransactionManager transactions, Clock clock) {
    this.jdbc = jdbc;
    this.transactions = new TransactionTemplate(transactions);
    this.clock = clock;
  }

  /**
   * What they are to cosign next.
   *
   * @param newest checkpoint, with what the operator's witnesses have signed of it
   */
  SignedNote offered(UUID log, WitnessRules rules, SignedNote newest) {
    return jdbc.sql(
            """
            insert into log_offered (organization, size, note, at) values (:log, :size, :note, :now)
            on conflict (organization) do update
            set size = excluded.size, note = excluded.note, at = excluded.at
            where log_offered.size < excluded.size and (log_offered.at < :longAgo or :isDone)
            returning note
            """)
        .param("log", log)
        .param("size", Checkpoint.parse(newest.text()).size())
        .param("note", newest.toString())
        .param("now", now())
        .param("longAgo", now().minus(OFFERED))
        .param("isDone", offered(log).filter(note -> isEnough(note, rules)).isPresent())
        .query(String.class)
        .optional()
        .map(SignedNote::parse)
        .or(() -> offered(log))
        .orElse(newest);
  }

  /**
   * @param brought the checkpoint that was offered, with signatures of theirs
   * @throws dev.keyledger.kit.web.ProblemException 409 {@code other_checkpoint} where it isn't
   *     offered any more, 422 {@code not_cosigned} for no good signature of one of them
   */
  void bring(UUID log, WitnessRules rules, SignedNote brought) {
    Map<NoteVerifier, SignedNote.Signature> good = good(brought, rules);
    if (good.isEmpty()) {
      throw Problem.of(
              422, "not_cosigned", "It has no good signature of a witness that the policy names.")
          .toException();
    }
    transactions.executeWithoutResult(unused -> keep(log, rules, brought, good));
  }

  // Of each at most one: whoever brings many others makes the note no longer.
  private static Map<NoteVerifier, SignedNote.Signature> good(
      SignedNote brought, WitnessRules rules) {
    Map<NoteVerifier, SignedNote.Signature> good = new LinkedHashMap<>();
    for (NoteVerifier witness : verifiers(rules)) {
      brought.signatures().stream()
          .filter(line -> new SignedNote(brought.text(), List.of(line)).isSignedBy(witness))
          .findFirst()
          .ifPresent(line -> good.put(witness, line));
    }
    return good;
  }

  private void keep(
      UUID log,
      WitnessRules rules,
      SignedNote brought,
      Map<NoteVerifier, SignedNote.Signature> good) {
    // Another may bring its own at the same time.
    SignedNote before =
        jdbc.sql("select note from log_offered where organization = :log for update")
            .param("log", log)
            .query(String.class)
            .optional()
            .map(SignedNote::parse)
            .filter(note -> note.text().equals(brought.text()))
            .orElseThrow(OwnWitnesses::other);
    SignedNote after =
        before.with(
            good.entrySet().stream()
                .filter(one -> !before.isSignedBy(one.getKey()))
                .map(Map.Entry::getValue)
                .toList());
    jdbc.sql("update log_offered set note = :note where organization = :log")
        .param("log", log)
        .param("note", after.toString())
        .update();
    if (isEnough(after, rules)) {
      keep(log, after);
    }
  }

  /** The newest that enough of them have cosigned, of at least that size. */
  Optional<SignedNote> countersigned(UUID log, long size, WitnessRules rules) {
    return jdbc.sql(
            "select note from log_countersigned where organization = :log and size >= :size")
        .param("log", log)
        .param("size", size)
        .query(String.class)
        .optional()
        .map(SignedNote::parse)
        // The policy may have changed since.
        .filter(note -> isEnough(note, rules));
  }

  private Optional<SignedNote> offered(UUID log) {
    return jdbc.sql("select note from log_offered where organization = :log")
        .param("log", log)
        .query(String.class)
        .optional()
        .map(SignedNote::parse);
  }

  private void keep(UUID log, SignedNote note) {
    jdbc.sql(
            """
            insert into log_countersigned (organization, size, note, at) values (:log, :size, :note, :at)
            on conflict (organization) do update
            set size = excluded.size, note = excluded.note, at = excluded.at
            where log_countersigned.size <= excluded.size
            """)
        .param("log", log)
        .param("size", Checkpoint.parse(note.text()).size())
        .param("note", note.toString())
        .param("at", now())
        .update();
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private static boolean isEnough(SignedNote note, WitnessRules rules) {
    return verifiers(rules).stream().filter(note::isSignedBy).count() >= rules.required();
  }

  private static List<NoteVerifier> verifiers(WitnessRules rules) {
    return rules.keys().stream().map(NoteVerifier::parse).toList();
  }

  private static RuntimeException other() {
    return Problem.of(409, "other_checkpoint", "Another checkpoint is to be cosigned by now.")
        .toException();
  }
}
