package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.past.PastState;
import dev.keyledger.query.past.PastState.PastMember;
import dev.keyledger.query.people.AcceptedMembers;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/organizations/{org}/members", produces = "application/json")
class MemberController {
  private static final Set<String> STATUSES = Set.of("active", "removed");

  /**
   * Without the person's id: it would tell two organisations that they share a member.
   *
   * @param email {@code null} once the person was erased
   * @param status {@code active} or {@code removed}
   * @param invited whether they have yet to accept; {@code null} while it can't be told, of the
   *     removed, and of the past
   */
  record Member(
      MemberId id,
      @Nullable String email,
      String role,
      String status,
      @Nullable Boolean invited,
      Instant addedAt,
      @Nullable Instant removedAt) {}

  private record StoredMember(
      MemberId id,
      PersonId person,
      SealedText email,
      String role,
      Instant addedAt,
      @Nullable Instant removedAt) {}

  private final Reads reads;
  private final PeopleKeys people;
  private final AcceptedMembers accepted;

  MemberController(Reads reads, PeopleKeys people, AcceptedMembers accepted) {
    this.reads = reads;
    this.people = people;
    this.accepted = accepted;
  }

  /**
   * Present members, or whom {@code status} asks for. Where token-service can't be asked, e-mail
   * addresses and {@code invited} are {@code null} and the answer says {@code Keyledger-Incomplete:
   * personal-data}.
   */
  @GetMapping
  @Requires(Permissions.MEMBERS_READ)
  ResponseEntity<Page<Member>> list(
      Caller caller,
      @PathVariable String org,
      @RequestParam(required = false) @Nullable List<String> status,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(name = "as_of", required = false) @Nullable String asOf,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    int size = Parameters.limit(limit);
    MemberId behind = Parameters.behind(cursor, MemberId::new);
    List<String> statuses = Parameters.words("status", status, STATUSES);
    boolean active = statuses.isEmpty() || statuses.contains("active");
    boolean removed = statuses.contains("removed");
    AsOf then = reads.asOf("as_of", asOf);
    ResponseEntity<Page<StoredMember>> found =
        reads.of(
            caller,
            org,
            atLeast,
            then,
            snapshot ->
                Page.of(
                    snapshot
                        .sql(
                            """
                            select member, person, email, role, added_at, removed_at from members@
                            where organization = :organization
                              and (cast(:behind as uuid) is null or member < :behind)
                              and (case when removed_at is null then :active else :removed end)
                            order by member desc limit :limit
                            """)
                        .param("behind", behind == null ? null : behind.uuid())
                        .param("active", active)
                        .param("removed", removed)
                        .param("limit", size + 1)
                        .query((row, n) -> row(row))
                        .list(),
                    size,
                    row -> row.id().value(),
                    row -> row),
            past -> past(past, behind, size, row -> row.removedAt() == null ? active : removed));
    Page<StoredMember> page =
        Objects.requireNonNullElse(found.getBody(), new Page<>(List.of(), null));
    Opened opened =
        people.of(page.items().stream().map(StoredMember::person).collect(Collectors.toSet()));
    // Who had accepted by then isn't known.
    AcceptedMembers.Told told =
        then != null
            ? null
            : accepted.of(
                page.items().stream()
                    .filter(row -> row.removedAt() == null)
                    .map(StoredMember::id)
                    .collect(Collectors.toSet()));
    List<Member> shown = page.items().stream().map(row -> member(row, opened, told)).toList();
    return Incomplete.mark(found, opened.complete() && (told == null || told.complete()))
        .body(new Page<>(shown, page.nextCursor()));
  }

  private static Page<StoredMember> past(
      Past past, @Nullable MemberId behind, int size, Predicate<StoredMember> filter) {
    return new PastPages<StoredMember>(
            past,
            EventTypes.nameOf(MemberAdded.class),
            events -> {
              PastState state = PastState.of(past.organization(), events);
              return id -> state.member(MemberId.of(id)).stream().map(MemberController::row);
            })
        .page(behind == null ? null : behind.uuid(), size, filter, id -> MemberId.of(id).value());
  }

  private static StoredMember row(PastMember member) {
    return new StoredMember(
        member.id(),
        member.email().person(),
        member.email(),
        member.role(),
        member.addedAt(),
        member.removedAt());
  }

  private static Member member(
      StoredMember row, Opened opened, AcceptedMembers.@Nullable Told told) {
    return new Member(
        row.id(),
        opened.text(row.email()),
        row.role(),
        row.removedAt() == null ? "active" : "removed",
        told != null && row.removedAt() == null ? told.isInvited(row.id()) : null,
        row.addedAt(),
        row.removedAt());
  }

  private static StoredMember row(ResultSet row) throws SQLException {
    PersonId person = PersonId.of(row.getObject("person", UUID.class));
    OffsetDateTime removed = row.getObject("removed_at", OffsetDateTime.class);
    return new StoredMember(
        MemberId.of(row.getObject("member", UUID.class)),
        person,
        new SealedText(person, row.getString("email")),
        row.getString("role"),
        row.getObject("added_at", OffsetDateTime.class).toInstant(),
        removed == null ? null : removed.toInstant());
  }
}
