package dev.keyledger.query.log;

import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCause;
import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.text.Timestamp;
import dev.keyledger.query.views.ExportPages.Positioned;
import dev.keyledger.query.views.History;
import dev.keyledger.query.views.HistoryPages;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
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
          "complete",
          "user_agent",
          "cause_kind",
          "cause_name",
          "cause_event",
          "cause_position");

  private final HistoryPages pages;
  private final PagedExport export;

  CsvExport(HistoryPages pages, PagedExport export) {
    this.pages = pages;
    this.export = export;
  }

  /** The names of the columns stand before the first event alone, so that parts fit together. */
  void write(
      Caller caller, String org, long from, @Nullable String atLeast, HttpServletResponse response)
      throws IOException {
    export.write(
        new PagedExport.ExportRequest(caller, org, from, atLeast),
        pages,
        CSV + ";charset=utf-8",
        from == 0 ? bytes(COLUMNS) : new byte[0],
        (organization, line, complete) -> bytes(values(line, complete)),
        response);
  }

  private static byte[] bytes(List<String> values) {
    return Csv.line(values).getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> values(Positioned line, boolean complete) {
    History.Event event = line.event();
    History.Who actor = event.actor();
    History.Where origin = event.origin();
    EventCause cause = event.cause();
    return List.of(
        text(line.position()),
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
        text(complete),
        text(origin.userAgent()),
        cause == null ? "" : cause.kind().name().toLowerCase(Locale.ROOT),
        cause == null ? "" : cause.name(),
        cause == null || cause.event() == null ? "" : cause.event().value(),
        cause == null ? "" : text(cause.position()));
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  private static String json(@Nullable Map<String, @Nullable Object> fields) {
    return fields == null ? "" : EventCodec.mapper().writeValueAsString(fields);
  }
}
