package dev.keyledger.query.log;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.query.views.Parameters;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** An organisation's whole history in one answer, as it comes. */
@RestController
@RequestMapping(path = "/v1/organizations/{org}/events", produces = Export.NDJSON)
class ExportController {
  private final Export export;
  private final CsvExport csv;
  private final OcsfExport ocsf;

  ExportController(Export export, CsvExport csv, OcsfExport ocsf) {
    this.export = export;
    this.csv = csv;
    this.ocsf = ocsf;
  }

  /**
   * Oldest first, in lines of JSON: see {@link dev.keyledger.kit.log.ExportHeader} for the first
   * one. What fails after it has begun ends the connection, not the answer.
   *
   * @param fromPosition where an export that broke off goes on; 422 behind the log's end
   */
  @GetMapping
  @Requires(Permissions.AUDIT_READ)
  void export(
      Caller caller,
      @PathVariable String org,
      @RequestParam(name = "from_position", required = false) @Nullable String fromPosition,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast,
      HttpServletResponse response)
      throws IOException {
    Long from = Parameters.wholeNumber("from_position", fromPosition);
    export.write(caller, org, Objects.requireNonNullElse(from, 0L), atLeast, response);
  }

  /**
   * The same as a table, as RFC 4180 has it, without proofs.
   *
   * @param fromPosition where a table that broke off goes on, without the names of the columns
   */
  @GetMapping(produces = CsvExport.CSV)
  @Requires(Permissions.AUDIT_READ)
  void table(
      Caller caller,
      @PathVariable String org,
      @RequestParam(name = "from_position", required = false) @Nullable String fromPosition,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast,
      HttpServletResponse response)
      throws IOException {
    Long from = Parameters.wholeNumber("from_position", fromPosition);
    csv.write(caller, org, Objects.requireNonNullElse(from, 0L), atLeast, response);
  }

  /**
   * The same as events of OCSF, a line each, without proofs; or what happened beside the ledger.
   *
   * @param source {@code ledger} unless told, or {@code activity}
   * @param fromPosition where it goes on: behind the {@code metadata.sequence} of the last line, of
   *     the same source
   */
  @GetMapping(produces = OcsfExport.OCSF)
  @Requires(Permissions.AUDIT_READ)
  void events(
      Caller caller,
      @PathVariable String org,
      @RequestParam(required = false) @Nullable List<String> source,
      @RequestParam(name = "from_position", required = false) @Nullable String fromPosition,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast,
      HttpServletResponse response)
      throws IOException {
    Long from = Parameters.wholeNumber("from_position", fromPosition);
    ocsf.write(
        new PagedExport.ExportRequest(caller, org, Objects.requireNonNullElse(from, 0L), atLeast),
        source,
        response);
  }
}
