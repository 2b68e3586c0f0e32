package dev.keyledger.command.api;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.keyledger.command.api.RefusedUses.OfKey;
import dev.keyledger.command.ledger.Foreseen;
import dev.keyledger.command.organization.Consequences;
import dev.keyledger.command.organization.Consequences.Change;
import dev.keyledger.command.organization.Consequences.KeysWithinLimit;
import dev.keyledger.command.organization.Consequences.Power;
import dev.keyledger.command.organization.Consequences.TouchedKey;
import dev.keyledger.command.organization.Consequences.TouchedMember;
import dev.keyledger.command.organization.Consequences.TouchedSecret;
import dev.keyledger.command.organization.Key;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.KeyRules.Limit;
import dev.keyledger.events.policy.Role;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/** The answer to a command that was only asked about: of a type of its own, whichever it was. */
final class DryRuns {
  static final String TYPE = "application/vnd.keyledger.dry-run+json";

  /** Of each list, so that an answer about a large organisation stays one that can be read. */
  private static final int MOST = 1_000;

  private DryRuns() {}

  /**
   * @param position that it was decided on; {@code null} where there is nothing yet
   * @param limit of keys, where the policy would change
   */
  record DryRun(
      boolean dryRun,
      @Nullable Long position,
      Instant at,
      List<ForeseenEvent> events,
      Touches touches,
      Counts counts,
      @Nullable LimitJson limit) {}

  record Touches(
      List<KeyTouched> keys, List<MemberTouched> members, List<SecretTouched> liveSecrets) {}

  /** How many there are in all, however many are listed. */
  record Counts(int events, int keys, int members, int liveSecrets) {}

  /**
   * @param recentUses that would have been refused; {@code null} where that isn't known, or the key
   *     would go on as it is
   */
  record KeyTouched(
      KeyId id,
      String name,
      String environment,
      @Nullable MemberId createdBy,
      Change<Key.Status> status,
      Change<Boolean> works,
      Change<List<String>> scopes,
      Change<List<String>> permissions,
      Change<List<String>> addresses,
      @JsonInclude(NON_NULL) @Nullable OfKey recentUses) {}

  record MemberTouched(MemberId id, RoleChange role, Change<List<String>> permissions) {}

  /** {@code null} for one who has left. */
  record RoleChange(@Nullable Role before, @Nullable Role after) {}

  record SecretTouched(
      KeyId key, String prefix, @Nullable Instant endsAtBefore, @Nullable Instant endsAt) {}

  record LimitJson(int maximum, Limit.Per per, Map<String, Integer> live, int above) {}

  static ResponseEntity<DryRun> answer(Foreseen foreseen, RefusedUses uses) {
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.ok()
            .cacheControl(CacheControl.noStore())
            .contentType(MediaType.valueOf(TYPE));
    if (foreseen.position() >= 0) {
      answer.header(Answers.POSITION, String.valueOf(foreseen.position()));
    }
    if (foreseen.quota() != null) {
      Answers.rateLimit(foreseen.quota()).headers().forEach(answer::header);
    }
    return answer.body(of(foreseen, uses));
  }

  static DryRun of(Foreseen foreseen, RefusedUses uses) {
    Consequences all = foreseen.consequences();
    Map<KeyId, OfKey> refused = uses.of(foreseen, MOST);
    return new DryRun(
        true,
        foreseen.position() < 0 ? null : foreseen.position(),
        foreseen.at(),
        all.events().stream().limit(MOST).map(ForeseenEvent::of).toList(),
        new Touches(
            all.keys().stream().limit(MOST).map(key -> of(key, foreseen.at(), refused)).toList(),
            all.members().stream().limit(MOST).map(DryRuns::of).toList(),
            all.secrets().stream().limit(MOST).map(DryRuns::of).toList()),
        new Counts(
            all.events().size(), all.keys().size(), all.members().size(), all.secrets().size()),
        all.limit() == null ? null : of(all.limit()));
  }

  private static KeyTouched of(TouchedKey touched, Instant at, Map<KeyId, OfKey> refused) {
    Key before = touched.key().before();
    Key after = touched.key().after();
    Change<Power> power = touched.power();
    return new KeyTouched(
        before.id(),
        before.name(),
        before.environment(),
        before.createdBy(),
        new Change<>(before.statusAt(at), after.statusAt(at)),
        new Change<>(power.before().works(), power.after().works()),
        new Change<>(before.scopes(), after.scopes()),
        new Change<>(power.before().permissions(), power.after().permissions()),
        new Change<>(power.before().addresses(), power.after().addresses()),
        refused.get(before.id()));
  }

  private static MemberTouched of(TouchedMember touched) {
    return new MemberTouched(
        touched.member().before().id(),
        new RoleChange(touched.roleBefore(), touched.roleAfter()),
        touched.permissions());
  }

  private static SecretTouched of(TouchedSecret touched) {
    return new SecretTouched(
        touched.key(), touched.prefix(), touched.endsAtBefore(), touched.endsAt());
  }

  /** How many keys stand above it: none of them ends by that, but no other can be made. */
  private static LimitJson of(KeysWithinLimit keys) {
    int maximum = keys.limit().maximum();
    int above =
        switch (keys.limit().per()) {
          case ENVIRONMENT ->
              keys.live().values().stream().mapToInt(n -> Math.max(0, n - maximum)).sum();
          case ORGANIZATION ->
              Math.max(
                  0, keys.live().values().stream().mapToInt(Integer::intValue).sum() - maximum);
        };
    return new LimitJson(maximum, keys.limit().per(), keys.live(), above);
  }
}
