package dev.keyledger.command.organization;

import dev.keyledger.command.organization.Consequences.Change;
import dev.keyledger.command.organization.Consequences.KeysWithinLimit;
import dev.keyledger.command.organization.Consequences.Power;
import dev.keyledger.command.organization.Consequences.TouchedKey;
import dev.keyledger.command.organization.Consequences.TouchedMember;
import dev.keyledger.command.organization.Consequences.TouchedSecret;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.PersonEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.Policy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The organisation as events would leave it that have not happened, beside the one that is there:
 * whatever differs is touched, by whichever event. What is there is only read.
 */
final class Foresight {
  private final OrganizationState now;
  private final Instant at;
  private Standing standing;
  private final Map<KeyId, Key> keys = new HashMap<>();
  private final Map<MemberId, Member> members = new HashMap<>();
  private @Nullable Policy newPolicy;

  private Foresight(OrganizationState now, Instant at) {
    this.now = now;
    this.at = at;
    this.standing = now.standing();
  }

  static Consequences of(OrganizationState now, List<OrganizationEvent> events, Instant at) {
    var then = new Foresight(now, at);
    events.forEach(then::apply);
    return then.consequences(events);
  }

  private void apply(OrganizationEvent event) {
    switch (event) {
      case StandingEvent e -> {
        standing = standing.after(e);
        if (e instanceof PolicyChanged changed) {
          newPolicy = changed.after();
          now.keys().open().forEach(this::underNewPolicy);
        }
      }
      case MemberAdded e -> members.put(e.member(), Member.of(e));
      case MemberEvent e -> members.put(e.member(), member(e.member()).orElseThrow().after(e));
      case PersonEvent e -> {}
      // Nothing that is there is good for more or less by one.
      case SubscriptionEvent e -> {}
      case KeyCreated e -> keys.put(e.key(), Key.of(e).under(standing.policy().keys()));
      case KeyEvent e ->
          keys.put(e.key(), key(e.key()).orElseThrow().after(e).under(standing.policy().keys()));
    }
  }

  private void underNewPolicy(Key key) {
    Key before = keys.getOrDefault(key.id(), key);
    Key after = before.under(standing.policy().keys());
    if (!after.equals(before)) {
      keys.put(key.id(), after);
    }
  }

  private Optional<Key> key(KeyId id) {
    return Optional.ofNullable(keys.get(id)).or(() -> now.keys().find(id));
  }

  private Optional<Member> member(MemberId id) {
    return Optional.ofNullable(members.get(id)).or(() -> now.members().find(id));
  }

  private Consequences consequences(List<OrganizationEvent> events) {
    if (events.isEmpty()) {
      return Consequences.ofTheFirst(events);
    }
    var before = new Powers(now.standing(), now.position(), now.members()::find);
    var after = new Powers(standing, now.position() + events.size(), this::member);
    var touchedKeys = new ArrayList<TouchedKey>();
    var touchedSecrets = new ArrayList<TouchedSecret>();
    var liveIn = new TreeMap<String, Integer>();
    for (Key key : now.keys().open()) {
      Key next = keys.getOrDefault(key.id(), key);
      var power = new Change<Power>(before.of(key, at), after.of(next, at));
      if (!key.equals(next) || !power.before().equals(power.after())) {
        touchedKeys.add(new TouchedKey(new Change<>(key, next), power));
      }
      if (!key.equals(next)) {
        touchedSecrets.addAll(secrets(key, next));
      }
      if (next.isLiveAt(at)) {
        liveIn.merge(key.environment(), 1, Integer::sum);
      }
    }
    return new Consequences(
        events,
        touchedKeys,
        touchedMembers(before, after),
        touchedSecrets,
        newPolicy == null ? null : new KeysWithinLimit(newPolicy.keys().limit(), liveIn));
  }

  private List<TouchedMember> touchedMembers(Powers before, Powers after) {
    var touched = new ArrayList<TouchedMember>();
    for (Member member : now.members().all()) {
      Member next = members.getOrDefault(member.id(), member);
      var permissions = new Change<List<String>>(before.of(member), after.of(next));
      if (!member.equals(next) || !permissions.before().equals(permissions.after())) {
        touched.add(new TouchedMember(new Change<>(member, next), permissions));
      }
    }
    return touched;
  }

  private List<TouchedSecret> secrets(Key key, Key next) {
    var touched = new ArrayList<TouchedSecret>();
    key.liveSecretsAt(at)
        .forEach((prefix, end) -> {
          Optional<Instant> nextEnd = next.endOf(prefix);
          if (!end.equals(nextEnd)) {
            touched.add(
                new TouchedSecret(key.id(), prefix, end.orElse(null), nextEnd.orElse(null)));
          }
        });
    return touched;
  }
}
