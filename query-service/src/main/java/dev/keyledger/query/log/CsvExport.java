package dev.keyledger.query.log;

import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.text.Timestamp;
import dev.keyledger.query.views.History;
import dev.keyledger.query.views.HistoryPages;
import dev.keyledger.query.views.HistoryPages.End;
import dev.keyledger.query.views.HistoryPages.Shown;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Histories as a table, for who has no use for proofs: what history shows, a line for each event.
 * Columns are added at the end and never change their meaning.
 */
@Component
class CsvExport {
  static final String CSV = "text/csv";

  static final List<String> COLUMNS =
      List.of(
          "position",
          "id",
          "type",
          "at",
          "actor_kind",
          "actor_person",
          "actor_member",
          "actor_email",
          "actor_session",
          "address",
          "request_id",
          "traceparent",
          "subject_kind",
          "subject_id",
          "before",
          "after",
          "complete");

  private final HistoryPages pages;
  private final ExportTurns turns;

  CsvExport(HistoryPages pages, ExportTurns turns) {
    this.pages = pages;
    this.turns = turns;
  }

  /** The names of the columns stand before the first event alone, so that parts fit together. */
  void write(
      Caller caller, String org, long from, @Nullable String atLeast, HttpServletResponse response)
      throws IOException {
    ResponseEntity<End> read = pages.end(caller, org, atLeast);
    End end = Objects.requireNonNull(read.getBody());
    long to = end.position() + 1;
    Export.mustNotBeBehind(from, to);
    try (ExportTurns.Turn unused = turns.take(end.organization())) {
      OutputStream out = Export.begin(read, CSV + ";charset=utf-8", response);
      if (from == 0) {
        write(COLUMNS, out);
      }
      for (long at = from; at < to; at += Export.PAGE) {
        long begin = at;
        Shown page =
            turns.page(() -> pages.page(caller, org, begin, Math.min(begin + Export.PAGE, to)));
        for (History.Event event : page.events()) {
          write(values(event, page.complete()), out);
        }
      }
      out.flush();
    }
  }

  private static void write(List<String> values, OutputStream out) throws IOException {
    out.write(Csv.line(values).getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> values(History.Event event, boolean complete) {
    History.Who actor = event.actor();
    History.Where origin = event.origin();
    return List.of(
        text(event.position()),
        event.id().value(),
        event.type(),
        Timestamp.text(event.at()),
        actor.kind(),
        actor.person() == null ? "" : actor.person().value(),
        actor.member() == null ? "" : actor.member().value(),
        text(actor.email()),
        actor.session() == null ? "" : actor.session().value(),
        text(origin.address()),
        text(origin.requestId()),
        text(origin.traceparent()),
        event.subject() == null ? "" : event.subject().kind(),
        event.subject() == null ? "" : event.subject().id(),
        json(event.before()),
        json(event.after()),
        text(complete));
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static String json(@Nullable Map<String, @Nullable Object> fields) {
    return fields == null ? "" : EventCodec.mapper().writeValueAsString(fields);
  }
}
