package dev.keyledger.command.organization;

import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.id.OrganizationId;
import org.jspecify.annotations.Nullable;

/**
 * An organisation as its events left it: the one fold, for whoever decides and for whoever tells
 * others. Not safe for several threads.
 */
public final class OrganizationState {
  /** The position before the first event. */
  public static final long NOTHING = -1;

  private long position;
  private @Nullable Standing standing;
  private final Members members;
  private final KeyRing keys;

  private OrganizationState(
      long position, @Nullable Standing standing, Members members, KeyRing keys) {
    this.position = position;
    this.standing = standing;
    this.members = members;
    this.keys = keys;
  }

  public static OrganizationState empty() {
    return new OrganizationState(NOTHING, null, new Members(), new KeyRing());
  }

  /** An independent copy: applying to one leaves the other as it is. */
  public OrganizationState copy() {
    return new OrganizationState(position, standing, members.copy(), keys.copy());
  }

  /**
   * @throws IllegalStateException when the event is not the one after the last: a stream has no
   *     gaps
   */
  public void apply(OrganizationEvent event, long at) {
    if (at != position + 1) {
      throw new IllegalStateException("event " + at + " cannot follow event " + position);
    }
    switch (event) {
      case OrganizationRegistered e when standing == null -> standing = Standing.of(e);
      case StandingEvent e -> standing = standing().after(e);
      case MemberEvent e -> members.apply(e);
      case KeyEvent e -> keys.apply(e);
    }
    position = at;
  }

  /** Of the last event applied; {@link #NOTHING} before any. */
  public long position() {
    return position;
  }

  public OrganizationId id() {
    return standing().id();
  }

  /**
   * @throws IllegalStateException before the first event
   */
  public Standing standing() {
    if (standing == null) {
      throw new IllegalStateException("a stream begins with the organisation's registration");
    }
    return standing;
  }

  public Members members() {
    return members;
  }

  public KeyRing keys() {
    return keys;
  }
}
