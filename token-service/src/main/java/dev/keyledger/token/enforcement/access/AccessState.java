package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.access.AccessRecord;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.decide.AccessView;
import dev.keyledger.kit.decide.Membership;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.kafka.UnreadableRecord;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * All live credentials, members' roles and organisations' rules, as far as they were applied. Reads
 * take no lock. Records of one organisation are applied by one thread at a time, since one
 * partition carries them; of each subject the highest position wins, whatever the order of arrival.
 */
public final class AccessState implements AccessView {
  private final ConcurrentHashMap<OrganizationId, OrganizationSlot> organizations =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, OrganizationSlot> bySlug = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<IdKey, MemberSlot> members = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<UUID, MemberSlot[]> byPerson = new ConcurrentHashMap<>();
  private final CanonicalParts parts = new CanonicalParts();
  private final KeyTable keys = new KeyTable(parts);
  private final Unreadable unreadable = new Unreadable(this::ownerOf);
  private final HeapRoom room;
  private final AtomicLong leftOut = new AtomicLong();

  public AccessState() {
    this(HeapRoom.unlimited());
  }

  public AccessState(HeapRoom room) {
    this.room = room;
  }

  @Override
  public @Nullable OrganizationRules organization(OrganizationId id) {
    OrganizationSlot slot = organizations.get(id);
    return slot == null ? null : slot.organization();
  }

  public @Nullable OrganizationRules organizationBySlug(String slug) {
    OrganizationSlot slot = bySlug.get(slug);
    return slot == null ? null : slot.organization();
  }

  /** By id or slug, as paths and bodies name organisations. */
  public @Nullable OrganizationRules organizationNamed(String idOrSlug) {
    if (!idOrSlug.startsWith(OrganizationId.PREFIX)) {
      return organizationBySlug(idOrSlug);
    }
    try {
      return organization(new OrganizationId(idOrSlug));
    } catch (IllegalArgumentException e) {
      return null; // No slug has an underscore.
    }
  }

  @Override
  public @Nullable Membership member(MemberId id) {
    MemberSlot slot = members.get(new IdKey(id.uuid()));
    return slot == null ? null : slot.member();
  }

  /** The live membership of this person in this organisation. */
  public @Nullable Membership memberOf(PersonId person, OrganizationId organization) {
    for (Membership member : membershipsOf(person)) {
      if (member.organization().equals(organization)) {
        return member;
      }
    }
    return null;
  }

  /** The person's live memberships, in no order. */
  public List<Membership> membershipsOf(PersonId person) {
    MemberSlot[] slots = byPerson.get(person.uuid());
    if (slots == null) {
      return List.of();
    }
    return java.util.Arrays.stream(slots)
        .map(MemberSlot::member)
        .filter(Objects::nonNull)
        .filter(m -> !m.removed())
        .toList();
  }

  /**
   * By role and policy at this moment; nothing for a removed member or a suspended organisation.
   */
  public Set<String> permissionsOf(Membership member) {
    OrganizationRules organization = organization(member.organization());
    return member.removed() || organization == null || organization.access().suspended()
        ? Set.of()
        : organization.permissionsOf(member.role());
  }

  @Override
  public long positionOf(OrganizationId id) {
    OrganizationSlot slot = organizations.get(id);
    return slot == null ? -1 : slot.position();
  }

  /** The key whose live or ended secret this verifier belongs to. */
  public @Nullable SecretEntry secret(byte[] verifier) {
    return keys.secret(Verifier.of(verifier));
  }

  @Override
  public @Nullable KeyEntry key(KeyId id) {
    return keys.key(id.uuid());
  }

  @Override
  public boolean isUnreadable(OrganizationId id) {
    return unreadable.concerns(id) || (leftOut.get() > 0 && !organizations.containsKey(id));
  }

  @Override
  public boolean hidesKeys() {
    return leftOut.get() > 0 || unreadable.hidesKeys();
  }

  /** Whether any record isn't in it, so that what isn't known here may be. */
  public boolean lacksRecords() {
    return leftOut.get() > 0 || unreadable.count() > 0;
  }

  public int unreadableRecords() {
    return unreadable.count();
  }

  public int keyCount() {
    return keys.size();
  }

  /** What organisations with their members and keys take, by the layout of their objects. */
  public long estimatedBytes() {
    return keys.size() * KeyTable.BYTES_PER_KEY
        + bySlug.size() * OrganizationSlot.BYTES
        + members.size() * MemberSlot.BYTES;
  }

  public HeapRoom room() {
    return room;
  }

  /**
   * Whether a record isn't taken in, since the heap is full and what it is about isn't held yet.
   * What is held goes on to change and to end. Once something was left out, what isn't held here is
   * no longer known not to exist.
   */
  public boolean leavesOut(AccessRecord record) {
    if (room.level().compareTo(HeapRoom.Level.FULL) < 0 || isHeld(record)) {
      return false;
    }
    leftOut.incrementAndGet();
    return true;
  }

  // A member is small, and without one the organisation's answers would be wrong.
  private boolean isHeld(AccessRecord record) {
    return switch (record) {
      case OrganizationAccess o -> organizations.containsKey(o.organization());
      case MemberAccess m -> organizations.containsKey(m.organization());
      case KeyAccess k -> keys.key(k.key().uuid()) != null;
    };
  }

  /** Records that were left out since the start, a subject's each time. */
  public long leftOut() {
    return leftOut.get();
  }

  public int organizationCount() {
    return bySlug.size();
  }

  /**
   * @return whether it said something new
   * @throws IllegalArgumentException when its subject is known to be another organisation's
   */
  public boolean apply(AccessRecord record) {
    OrganizationId owner = ownerOf(record.subject().value());
    if (owner != null && !owner.equals(record.organization())) {
      throw new IllegalArgumentException("a member or key never changes its organisation");
    }
    OrganizationSlot organization = slot(record.organization());
    boolean news =
        switch (record) {
          case OrganizationAccess o -> apply(organization, o);
          case MemberAccess m -> apply(organization, m);
          case KeyAccess k -> keys.apply(k, organization, this::slot);
        };
    organization.advanceTo(record.position());
    unreadable.mended(record.subject().value());
    return news;
  }

  /**
   * Marks what a record that cannot be read may be about; a later readable record of the same
   * subject mends it.
   */
  public void applyUnreadable(UnreadableRecord record) {
    unreadable.add(record);
  }

  /** Goes on without these, now and whenever they are read again. */
  public void acknowledge(Set<RecordPlace> places) {
    unreadable.acknowledge(places);
  }

  public List<UnreadableConcern> unreadable() {
    return unreadable.all();
  }

  /** The organisation of a subject as records name it in their key; {@code null} if not known. */
  private @Nullable OrganizationId ownerOf(String subject) {
    try {
      if (subject.startsWith(OrganizationId.PREFIX)) {
        return new OrganizationId(subject);
      }
      if (subject.startsWith(MemberId.PREFIX)) {
        Membership member = member(new MemberId(subject));
        return member == null ? null : member.organization();
      }
      KeyEntry key = subject.startsWith(KeyId.PREFIX) ? key(new KeyId(subject)) : null;
      return key == null ? null : key.organizationId();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private boolean apply(OrganizationSlot slot, OrganizationAccess record) {
    if (!slot.replace(record, parts)) {
      return false;
    }
    bySlug.put(record.slug(), slot);
    return true;
  }

  private boolean apply(OrganizationSlot organization, MemberAccess record) {
    MemberSlot slot = slot(record.member());
    if (!slot.replace(record, organization)) {
      return false;
    }
    byPerson.merge(record.person().uuid(), new MemberSlot[] {slot}, AccessState::union);
    return true;
  }

  private static MemberSlot[] union(MemberSlot[] known, MemberSlot[] more) {
    for (MemberSlot slot : known) {
      if (slot == more[0]) {
        return known;
      }
    }
    MemberSlot[] all = java.util.Arrays.copyOf(known, known.length + 1);
    all[known.length] = more[0];
    return all;
  }

  private OrganizationSlot slot(OrganizationId id) {
    return organizations.computeIfAbsent(id, OrganizationSlot::new);
  }

  private MemberSlot slot(MemberId id) {
    UUID uuid = id.uuid();
    MemberSlot known = members.get(new IdKey(uuid));
    if (known != null) {
      return known;
    }
    var slot = new MemberSlot(uuid);
    MemberSlot before = members.putIfAbsent(slot, slot);
    return before == null ? slot : before;
  }
}
