package dev.keyledger.query.log;

import dev.keyledger.client.Caller;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.query.views.ExportPages;
import dev.keyledger.query.views.ExportPages.End;
import dev.keyledger.query.views.ExportPages.Positioned;
import dev.keyledger.query.views.ExportPages.Shown;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Writes all that a source has, in lines of a form that has no proofs, page by page. */
@Component
class PagedExport {
  /**
   * @param from the first position that is written
   */
  record ExportRequest(Caller caller, String org, long from, @Nullable String atLeast) {}

  /** How a line is written, with its end. */
  @FunctionalInterface
  interface Form {
    byte[] bytes(OrganizationId organization, Positioned line, boolean complete);
  }

  private final ExportTurns turns;

  PagedExport(ExportTurns turns) {
    this.turns = turns;
  }

  /**
   * @param head before the first line
   */
  void write(
      ExportRequest request,
      ExportPages pages,
      String contentType,
      byte[] head,
      Form form,
      HttpServletResponse response)
      throws IOException {
    ResponseEntity<End> read = pages.end(request.caller(), request.org(), request.atLeast());
    End end = Objects.requireNonNull(read.getBody());
    long to = end.position() + 1;
    pages.mustBeWithin(request.from(), to);
    try (ExportTurns.Turn unused = turns.take(end.organization())) {
      OutputStream out = Export.begin(read, contentType, response);
      out.write(head);
      long at = request.from();
      while (at < to) {
        long from = at;
        Shown page =
            turns.page(() -> pages.page(request.caller(), request.org(), from, to, Export.PAGE));
        for (Positioned line : page.lines()) {
          out.write(form.bytes(end.organization(), line, page.complete()));
        }
        at = page.lines().isEmpty() ? to : page.lines().getLast().position() + 1;
      }
      out.flush();
    }
  }
}
