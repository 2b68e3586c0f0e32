package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.ceiling.BareExport;
import dev.keyledger.benchmarks.platform.Operator;
import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.report.Alternation;
import dev.keyledger.benchmarks.report.Figure;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Rounds;
import dev.keyledger.benchmarks.seed.EventSeed;
import dev.keyledger.benchmarks.seed.TopicWriter;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import dev.keyledger.kit.log.ExportReport;
import dev.keyledger.kit.log.ExportTrust;
import dev.keyledger.kit.log.ExportVerifier;
import dev.keyledger.kit.log.NoteVerifier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** Events a second of one organisation's history, exported into a file and checked offline. */
final class ExportBenchmark implements Benchmark {
  /** A million events, since each has six. */
  private static final int KEYS = 166_667;

  private static final int MILLION = 1_000_000;
  private static final String ROWS = "the rows alone, from PostgreSQL";
  private static final String NDJSON = "application/x-ndjson";
  private static final String CSV = "text/csv";
  private static final String OCSF = "application/vnd.keyledger.ocsf+ndjson";

  @Override
  public String name() {
    return "export";
  }

  @Override
  public String question() {
    return "events/s of a history of one organisation, exported and verified";
  }

  @Override
  public List<Figure> run(Settings settings) {
    try (var platform = Platform.start(settings.home())) {
      platform.makeTopics();
      LedgerEvent last = seed(platform, settings.quick() ? 100 : KEYS);
      ServiceProcess tokens = platform.start(Service.TOKEN, List.of(), Map.of());
      Operator operator = Operator.signIn(platform, tokens, Clock.systemUTC());
      ServiceProcess query =
          platform.start(
              Service.QUERY,
              List.of("-Xmx512m"),
              Map.of("keyledger.token-service.url", tokens.uri().toString()));
      var history = new History(operator, query, last, Files.createTempFile("history", ".ndjson"));
      history.awaitApplied();
      Path other = Files.createTempFile("history", ".other");
      history.export(NDJSON, history.file());
      history.export(CSV, other);
      history.export(OCSF, other);
      history.verify();
      List<Rounds> rounds =
          new Alternation(settings.rounds(), settings.budget(), System::nanoTime)
              .run(
                  List.of(
                      () -> history.export(NDJSON, history.file()),
                      () -> history.export(CSV, other),
                      () -> history.export(OCSF, other),
                      () ->
                          BareExport.rowsPerSecond(
                              platform.servers()::asSuperuser, System::nanoTime),
                      history::verify,
                      () ->
                          BareExport.hashedPerSecond(
                              history.file(), history.events(), System::nanoTime)));
      Files.delete(history.file());
      Files.delete(other);
      return List.of(
          Figure.against(
              ROWS,
              rounds.get(3),
              "export, " + history.events() + " events of one organisation",
              "events/s",
              rounds.get(0),
              new Goal.AtLeast(MILLION / 60)),
          Figure.against(
              ROWS,
              rounds.get(3),
              "as a table (CSV)",
              "events/s",
              rounds.get(1),
              new Goal.AtLeast(MILLION / 60)),
          Figure.against(
              ROWS,
              rounds.get(3),
              "as events of OCSF",
              "events/s",
              rounds.get(2),
              new Goal.AtLeast(MILLION / 60)),
          Figure.against(
              "SHA-256 of the file",
              rounds.get(5),
              "verify, the first",
              "events/s",
              rounds.get(4),
              new Goal.AtLeast(MILLION / 30)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LedgerEvent seed(Platform platform, int keys) {
    try (var topics = new TopicWriter(platform.servers().bootstrapServers(), platform.seals())) {
      LedgerEvent last = new EventSeed(3, topics::write).events(1, keys);
      topics.flush();
      return last;
    }
  }

  private record History(Operator operator, ServiceProcess query, LedgerEvent last, Path file) {
    long events() {
      return last.position() + 1;
    }

    private String path() {
      return "/v1/organizations/" + last.organization().value();
    }

    void awaitApplied() {
      Api api = operator.at(query);
      // Each question waits for five seconds.
      while (!api.get(path() + "?at_least=" + last.position()).isSuccess()) {
        if (!query.process().isAlive()) {
          throw new IllegalStateException("query-service has ended");
        }
      }
    }

    double export(String form, Path to) {
      var request =
          HttpRequest.newBuilder(URI.create(query.uri() + path() + "/events"))
              .header("Accept", form);
      operator.headers().forEach(request::header);
      long startedAt = System.nanoTime();
      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpResponse<Path> answer =
            client.send(request.build(), HttpResponse.BodyHandlers.ofFile(to));
        if (answer.statusCode() != 200) {
          throw new IllegalStateException("the export was refused: " + answer.statusCode());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
      return events() * 1e9 / (System.nanoTime() - startedAt);
    }

    double verify() {
      String vkey =
          Operator.require(operator.at(query).get(path() + "/log/keys"))
              .node("keys")
              .path(0)
              .stringValue();
      var trust =
          new ExportTrust(List.of(NoteVerifier.parse(vkey)), List.of(), List.of(), 0, List.of());
      long startedAt = System.nanoTime();
      try (InputStream in = Files.newInputStream(file)) {
        ExportReport report = new ExportVerifier(trust).verify(in);
        if (!report.isGood() || report.events() != events()) {
          throw new IllegalStateException("the export isn't whole: " + report);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return events() * 1e9 / (System.nanoTime() - startedAt);
    }
  }
}
