package dev.keyledger.query.log;

import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.ExportHeader;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.Proofs;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.views.Parameters;
import dev.keyledger.query.views.Reads;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes histories of any size, page by page: of none more than a page is held, and no connection
 * to the database while a client reads.
 */
@Component
class Export {
  static final String NDJSON = "application/x-ndjson";

  static final int PAGE = 1_000;
  private static final int BUFFER = 1 << 16;

  private record Line(long position, byte[] record, Hash leaf) {}

  /** What of a record is encrypted. */
  private record Personal(
      @Nullable SealedText address, @Nullable SealedText email, @Nullable SealedText userAgent) {
    static Personal of(byte[] record) {
      JsonNode event = EventCodec.mapper().readTree(record);
      return new Personal(
          sealed(event.path("origin").path("address")),
          sealed(event.path("data").path("email")),
          sealed(event.path("origin").path("user_agent")));
    }

    List<SealedText> sealed() {
      return Stream.of(address, email, userAgent).filter(Objects::nonNull).toList();
    }

    private static @Nullable SealedText sealed(JsonNode node) {
      return node.isObject() ? EventCodec.mapper().treeToValue(node, SealedText.class) : null;
    }
  }

  private final Reads reads;
  private final LogReads logs;
  private final ExportTurns turns;
  private final PeopleKeys people;

  Export(Reads reads, LogReads logs, ExportTurns turns, PeopleKeys people) {
    this.reads = reads;
    this.logs = logs;
    this.turns = turns;
    this.people = people;
  }

  void write(
      Caller caller, String org, long from, @Nullable String atLeast, HttpServletResponse response)
      throws IOException {
    LogReads.Newest newest = logs.newest(caller, org, atLeast);
    long to = Checkpoint.parse(newest.note().text()).size();
    Parameters.mustBeWithin(from, to);
    try (ExportTurns.Turn unused = turns.take(newest.organization())) {
      ExportHeader header = header(caller, org, from, to, newest);
      OutputStream out = begin(newest.read(), NDJSON, response);
      out.write(EventCodec.encode(header));
      out.write('\n');
      for (long at = from; at < to; at += PAGE) {
        long begin = at;
        writePage(turns.page(() -> page(caller, org, begin, Math.min(begin + PAGE, to))), out);
      }
      out.flush();
    }
  }

  /** With the headers of the read that it begins with. */
  static OutputStream begin(ResponseEntity<?> read, String type, HttpServletResponse response)
      throws IOException {
    read.getHeaders()
        .forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
    response.setContentType(type);
    return new BufferedOutputStream(response.getOutputStream(), BUFFER);
  }

  private ExportHeader header(
      Caller caller, String org, long from, long to, LogReads.Newest newest) {
    ResponseEntity<Frontier> before =
        reads.of(
            caller,
            org,
            String.valueOf(to - 1),
            LogReads.ofTree((tree, size) -> Proofs.frontier(from, tree)));
    SignedNote note = newest.note();
    return new ExportHeader(
        ExportHeader.FORMAT,
        newest.organization().value(),
        from,
        to,
        LogAnswers.texts(Objects.requireNonNull(before.getBody()).hashes()),
        note.toString(),
        logs.platformProof(newest).text());
  }

  private List<Line> page(Caller caller, String org, long from, long to) {
    ResponseEntity<List<Line>> page =
        reads.of(
            caller,
            org,
            null,
            snapshot ->
                snapshot
                    .sql(
                        "select position, record, leaf from events@ where organization ="
                            + " :organization and position >= :from and position < :to"
                            + " order by position")
                    .param("from", from)
                    .param("to", to)
                    .query((row, n) ->
                        new Line(row.getLong(1), row.getBytes(2), LogReads.leaf(row.getBytes(3))))
                    .list());
    return Objects.requireNonNull(page.getBody());
  }

  private void writePage(List<Line> lines, OutputStream out) throws IOException {
    List<Personal> personal = lines.stream().map(line -> Personal.of(line.record())).toList();
    Opened opened = people.of(persons(personal));
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      out.write(("{\"position\":" + line.position()).getBytes(StandardCharsets.US_ASCII));
      out.write(
          (",\"leaf\":\"" + line.leaf().text() + "\",\"event\":")
              .getBytes(StandardCharsets.US_ASCII));
      out.write(line.record());
      out.write(",\"opened\":".getBytes(StandardCharsets.US_ASCII));
      out.write(opened(personal.get(i), opened));
      out.write("}\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static Set<PersonId> persons(List<Personal> personal) {
    Set<PersonId> persons = new HashSet<>();
    for (Personal one : personal) {
      one.sealed().forEach(text -> persons.add(text.person()));
    }
    return persons;
  }

  private static byte[] opened(Personal personal, Opened people) {
    boolean known = people.complete() || personal.sealed().isEmpty();
    if (!known) {
      return "null".getBytes(StandardCharsets.US_ASCII);
    }
    ObjectNode json = EventCodec.mapper().createObjectNode();
    json.put("address", people.text(personal.address()));
    json.put("email", people.text(personal.email()));
    json.put("user_agent", people.text(personal.userAgent()));
    return EventCodec.mapper().writeValueAsBytes(json);
  }
}
