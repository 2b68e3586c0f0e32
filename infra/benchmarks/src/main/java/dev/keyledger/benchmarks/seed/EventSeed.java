package dev.keyledger.benchmarks.seed;

import dev.keyledger.events.Actor;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.Origin;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/**
 * Histories as organisations live them: registered, verified, one owner, and then keys that are
 * created, renamed, rotated, completed, narrowed and, most of them, revoked.
 */
public final class EventSeed {
  private static final Instant START = Instant.parse("2026-05-28T14:43:58.000Z");
  private static final int EVENTS_A_KEY = 6;

  private final Ids ids;
  private final Policy policy = SeedPolicy.of(KeyTokenRules.Format.JWT);
  private final Consumer<LedgerEvent> sink;
  private int organizations;
  private long written;

  public EventSeed(long seed, Consumer<LedgerEvent> sink) {
    this.ids = new Ids(seed);
    this.sink = sink;
  }

  /**
   * @return the last event of the last organisation
   */
  public LedgerEvent events(long atLeast, int keysEach) {
    LedgerEvent last;
    do {
      last = new History(ids.organization(), ids.person(), ids.member()).write(keysEach);
    } while (written < atLeast);
    return last;
  }

  /** How many events there are so far. */
  public long written() {
    return written;
  }

  private final class History {
    private final OrganizationId organization;
    private final PersonId person;
    private final MemberId owner;
    private long position;

    History(OrganizationId organization, PersonId person, MemberId owner) {
      this.organization = organization;
      this.person = person;
      this.owner = owner;
    }

    LedgerEvent write(int keys) {
      String slug = "history-" + organizations++;
      append(
          new StandingEvent.OrganizationRegistered(
              organization, slug, slug, OrganizationKind.STANDARD, null, policy, now()));
      append(new StandingEvent.OrganizationVerified(now()));
      LedgerEvent last =
          append(new MemberEvent.MemberAdded(owner, person, sealed(60), Role.OWNER, now()));
      for (int i = 0; i < keys; i++) {
        last = life(i);
      }
      return last;
    }

    /** {@value #EVENTS_A_KEY} events; every fifth key is left alive. */
    private LedgerEvent life(int number) {
      KeyId key = ids.key();
      IssuedSecret first = secret();
      append(
          new KeyEvent.KeyCreated(
              key, "ci " + number, SeedPolicy.ENVIRONMENT, List.of(), owner, first, null, now()));
      append(new KeyEvent.KeyRenamed(key, "ci " + number, "deploy " + number, now()));
      append(new KeyEvent.KeyRotated(key, secret(), now().plusSeconds(86_400), now()));
      append(new KeyEvent.RotationCompleted(key, first.prefix(), now(), now()));
      append(new KeyEvent.KeyScopesNarrowed(key, List.of(), List.of(SeedPolicy.SCOPE), now()));
      return append(
          number % 5 == 0
              ? new KeyEvent.KeyRenamed(key, "deploy " + number, "kept " + number, now())
              : new KeyEvent.KeyRevoked(
                  key, KeyEvent.KeyRevoked.Cause.REQUESTED, "retired", now()));
    }

    private LedgerEvent append(OrganizationEvent event) {
      var inLedger =
          new LedgerEvent(
              organization,
              position++,
              ids.event(),
              new Actor(Actor.Kind.MEMBER, person, owner, null),
              new Origin("req-" + written, sealed(40), null),
              event);
      written++;
      sink.accept(inLedger);
      return inLedger;
    }

    private Instant now() {
      return START.plusMillis(position * 1000);
    }

    private SealedText sealed(int bytes) {
      return new SealedText(
          person, Base64.getUrlEncoder().withoutPadding().encodeToString(ids.bytes(bytes)));
    }

    private IssuedSecret secret() {
      String shown =
          SeedPolicy.PREFIX
              + "_a"
              + Base64.getUrlEncoder().withoutPadding().encodeToString(ids.bytes(4));
      return new IssuedSecret(shown, null, now());
    }
  }
}
