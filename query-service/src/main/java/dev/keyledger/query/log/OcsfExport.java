package dev.keyledger.query.log;

import dev.keyledger.query.ocsf.OcsfEvents;
import dev.keyledger.query.views.ActivityPages;
import dev.keyledger.query.views.ExportPages;
import dev.keyledger.query.views.HistoryPages;
import dev.keyledger.query.views.Parameters;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Histories for who collects events of many systems: lines of JSON, an event of OCSF each. */
@Component
class OcsfExport {
  static final String OCSF = "application/vnd.keyledger.ocsf+ndjson";

  private static final String LEDGER = "ledger";
  private static final String ACTIVITY = "activity";

  private final HistoryPages ledger;
  private final ActivityPages activity;
  private final PagedExport export;

  OcsfExport(HistoryPages ledger, ActivityPages activity, PagedExport export) {
    this.ledger = ledger;
    this.activity = activity;
    this.export = export;
  }

  /**
   * @param sources at most one: each has positions of its own
   */
  void write(
      PagedExport.ExportRequest request,
      @Nullable List<String> sources,
      HttpServletResponse response)
      throws IOException {
    boolean ofActivity = isOfActivity(sources);
    ExportPages pages = ofActivity ? activity : ledger;
    String log = ofActivity ? ACTIVITY : LEDGER;
    export.write(
        request,
        pages,
        OCSF,
        new byte[0],
        (organization, line, complete) ->
            withNewline(
                OcsfEvents.event(organization, log, line.position(), line.event(), complete)),
        response);
  }

  private static boolean isOfActivity(@Nullable List<String> sources) {
    if (sources == null || sources.equals(List.of(LEDGER))) {
      return false;
    }
    if (sources.equals(List.of(ACTIVITY))) {
      return true;
    }
    throw Parameters.refused(
        "source", "An export is of one source, ledger or activity: each has its own positions.");
  }

  private static byte[] withNewline(byte[] line) {
    byte[] whole = Arrays.copyOf(line, line.length + 1);
    whole[line.length] = '\n';
    return whole;
  }
}
