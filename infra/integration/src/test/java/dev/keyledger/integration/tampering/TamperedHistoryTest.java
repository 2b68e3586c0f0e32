package dev.keyledger.integration.tampering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Whatever a superuser of PostgreSQL and an administrator of Kafka alter, delete, insert or
 * reorder, in the ledger, on the topic, in the views or in the logs, and whether or not they make
 * the rest fit: it is found and named, by the live check, by the offline check of an export, by a
 * checkpoint that was kept, or by a witness. Each row says by which of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TamperedHistoryTest {
  private static final List<Service> WRITERS = List.of(Service.COMMAND, Service.QUERY);
  private static final int EVENTS = 8;

  /**
   * Behind the last checkpoint before the altered event: it depends on when one was due whether
   * there is any.
   */
  private static final String FROM_WHERE_IT_WAS_SIGNED = "log changed 0 to 5";

  /** More than a full tile, so that there is a node. */
  private static final int TALL = 260;

  private static final String WHOLE = "whole";
  private static final String INCONSISTENT = "refused: 503 log_inconsistent";

  /** The event at position 5 says {@code reason-5}. */
  private record Victim(Organization organization, UUID id) {
    String where() {
      return " where organization = '" + id + "'";
    }

    String at(int position) {
      return where() + " and position = " + position;
    }

    String inLedger() {
      return " where organization = '" + organization.id() + "'";
    }

    String inLedgerAt(int position) {
      return inLedger() + " and position = " + position;
    }
  }

  @FunctionalInterface
  private interface Strike {
    void on(Victim victim) throws Exception;
  }

  /**
   * @param live what the live check names, as part, kind and position
   * @param export what the offline check says of an export
   */
  private record Deed(
      String sentence, Victim victim, Strike strike, List<String> live, String export) {}

  private final List<Deed> deeds = new ArrayList<>();
  private Cluster cluster;
  private Auditor auditor;
  private Tampering tampering;
  private RewrittenTopic topic;
  private Victim before;
  private Victim untouched;

  @BeforeAll
  void start() throws Exception {
    cluster =
        Cluster.start(
            Layout.single()
                .with(Service.DOWNSTREAM, 0)
                .withSetting("keyledger.log.check.interval", "1d"));
    auditor = new Auditor(() -> cluster.people().operator());
    tampering = new Tampering(cluster);
    topic = new RewrittenTopic(cluster);
  }

  @AfterAll
  void stop() throws Exception {
    tampering.close();
    cluster.close();
  }

  private Victim victim(int events) {
    Organization organization = cluster.people().organization("standard");
    for (int i = 1; i < events; i++) {
      Answer done =
          cluster
              .people()
              .operator()
              .with("Prefer", "wait=0")
              .post(
                  organization.path() + (i % 2 == 1 ? "/suspend" : "/reinstate"),
                  i % 2 == 1 ? Map.of("reason", "reason-" + i) : Map.of());
      assertThat(done.status()).as(done.toString()).isEqualTo(200);
    }
    Answer read =
        cluster.people().operator().get(organization.path() + "?at_least=" + (events - 1));
    assertThat(read.status()).as(read.toString()).isEqualTo(200);
    auditor.begin(organization.path());
    return new Victim(organization, new OrganizationId(organization.id()).uuid());
  }

  private void when(String sentence, int events, Strike strike, String export, String... live) {
    deeds.add(new Deed(sentence, victim(events), strike, List.of(live), export));
  }

  @Test
  void whateverIsAlteredDeletedInsertedOrReorderedIsFoundAndNamed() throws Exception {
    before = victim(EVENTS);
    inTheLedger();
    onTheTopic();
    inTheViews();
    inTheLog();
    inSeveral();
    // Where the ledger ends before what was published the relay stops as a whole.
    untouched = victim(EVENTS);
    auditor.beginWithThePlatforms();
    assertThat(new LivePass(cluster).run()).isEmpty();
    assertThat(auditor.checkWithKept(untouched.organization().path())).isEqualTo(WHOLE);

    whileNothingWrites(() -> {
      tampering.keepTheLedger();
      for (Deed deed : deeds) {
        deed.strike().on(deed.victim());
      }
      topic.make(tampering);
    });

    Map<String, TreeSet<String>> found = new LivePass(cluster).run();
    var softly = new SoftAssertions();
    for (Deed deed : deeds) {
      TreeSet<String> named =
          found.getOrDefault(deed.victim().organization().id(), new TreeSet<>());
      String export = auditor.checkWithKept(deed.victim().organization().path());
      for (String live : deed.live()) {
        if (live.equals(FROM_WHERE_IT_WAS_SIGNED)) {
          softly
              .assertThat(named)
              .as(deed.sentence())
              .anyMatch(one -> one.matches("log changed [0-5]"));
        } else {
          softly.assertThat(named).as(deed.sentence()).contains(live);
        }
      }
      softly.assertThat(export).as(deed.sentence()).isEqualTo(deed.export());
      softly.assertThat(named.isEmpty() && export.equals(WHOLE)).as(deed.sentence()).isFalse();
    }
    softly.assertThat(found).doesNotContainKey(untouched.organization().id());
    softly.assertThat(auditor.checkWithKept(untouched.organization().path())).isEqualTo(WHOLE);
    softly.assertThat(auditor.witnessed(untouched.organization().path())).isEqualTo(200);
    softly.assertAll();
  }

  private void inTheLedger() {
    when(
        "the ledger's row was altered",
        EVENTS,
        v ->
            tampering.sql(
                "update command.event set payload = " + altered("payload") + v.inLedgerAt(5)),
        WHOLE,
        "ledger changed 5");
    when(
        "who did it was altered in the ledger",
        EVENTS,
        v ->
            tampering.sql(
                "update command.event set metadata = (select metadata from command.event where organization <> '"
                    + v.organization().id()
                    + "' and position = 0 limit 1)"
                    + v.inLedgerAt(5)),
        WHOLE,
        "ledger changed 5");
    verifiers();
    when(
        "the ledger's row was deleted",
        EVENTS,
        v -> tampering.sql("delete from command.event" + v.inLedgerAt(5)),
        WHOLE,
        "ledger missing 5");
    when(
        "the ledger's last rows were deleted",
        EVENTS,
        v -> tampering.sql("delete from command.event" + v.inLedger() + " and position >= 6"),
        WHOLE,
        "ledger missing 6",
        "ledger missing 7");
    when(
        "all of the ledger's rows were deleted",
        EVENTS,
        v -> tampering.sql("delete from command.event" + v.inLedger()),
        WHOLE,
        "ledger missing 0",
        "ledger missing 7");
    when(
        "a row was inserted behind the ledger's last",
        EVENTS,
        v -> insertIntoTheLedger(v, 8),
        WHOLE,
        "ledger added 8");
    when(
        "a row was inserted into the ledger, and those behind it moved",
        EVENTS,
        v -> {
          shift("command.event", v.inLedger());
          insertIntoTheLedger(v, 5);
        },
        WHOLE,
        "ledger changed 5",
        "ledger out_of_order 6",
        "ledger added 8");
    when(
        "two of the ledger's rows were exchanged",
        EVENTS,
        v -> exchange("command.event", v.inLedger()),
        WHOLE,
        "ledger out_of_order 3",
        "ledger out_of_order 5");
  }

  /** What is published of a key says nothing by which it could be verified. */
  private void verifiers() {
    Victim v = victim(1);
    Member owner = cluster.people().join(v.organization(), "owner");
    Answer key =
        owner
            .api()
            .post(v.organization().path() + "/keys", Map.of("name", "k", "environment", "test"));
    assertThat(key.status()).as(key.toString()).isEqualTo(201);
    int position = Integer.parseInt(key.header("Keyledger-Position"));
    Strike strike =
        victim ->
            tampering.sql(
                "update command.event set payload = convert_to(regexp_replace(convert_from(payload, 'UTF8'),"
                    + " '\"verifier\":\"[^\"]{9}', '\"verifier\":\"AAAAAAAAA'), 'UTF8')"
                    + victim.inLedgerAt(position));
    deeds.add(
        new Deed(
            "a secret's verifier was altered in the ledger",
            v,
            strike,
            List.of("ledger changed " + position),
            WHOLE));
  }

  private void insertIntoTheLedger(Victim v, int position) throws Exception {
    tampering.sql(
        "insert into command.event (global_index, organization, position, id, aggregate_type, recorded_at, type,"
            + " revision, payload, metadata) overriding system value select (select min(global_index) - 1 from"
            + " command.event), organization, "
            + position
            + ", 'evt_' || gen_random_uuid(), aggregate_type, recorded_at, type, revision, payload, metadata from"
            + " command.event"
            + v.inLedgerAt(3));
  }

  private void shift(String table, String where) throws Exception {
    tampering.sql("alter table command.event drop constraint if exists event_position_check");
    tampering.sql(
        "update " + table + " set position = -position - 1" + where + " and position >= 5");
    tampering.sql("update " + table + " set position = -position" + where + " and position < 0");
  }

  private void exchange(String table, String where) throws Exception {
    tampering.sql("alter table command.event drop constraint if exists event_position_check");
    tampering.sql(
        "update "
            + table
            + " set position = case position when 3 then -5 else -3 end"
            + where
            + " and position in (3, 5)");
    tampering.sql("update " + table + " set position = -position" + where + " and position < 0");
  }

  private static String altered(String column) {
    return "convert_to(replace(convert_from("
        + column
        + ", 'UTF8'), 'reason-5', 'reason-O'), 'UTF8')";
  }

  private void onTheTopic() {
    when(
        "the topic was made anew with another text in a record, under its old seal",
        EVENTS,
        v ->
            topic.rewrite(
                v.organization().id(),
                records -> {
                  var all = new ArrayList<>(records);
                  all.set(5, RewrittenTopic.replaced(all.get(5), "reason-5", "reason-O"));
                  return all;
                }),
        WHOLE,
        "topic added null",
        "topic missing 5");
    when(
        "the topic was made anew with another text in a record, under our own seal",
        EVENTS,
        v ->
            topic.rewrite(
                v.organization().id(),
                records -> {
                  var all = new ArrayList<>(records);
                  all.set(5, topic.sealed(all.get(5), "reason-5", "reason-O"));
                  return all;
                }),
        WHOLE,
        "topic changed 5");
    when(
        "the topic was made anew with a hole in it",
        EVENTS,
        v ->
            topic.rewrite(
                v.organization().id(),
                records -> {
                  var all = new ArrayList<>(records);
                  all.remove(5);
                  return all;
                }),
        WHOLE,
        "topic missing 5");
    when(
        "the topic was made anew without its last records",
        EVENTS,
        v -> topic.rewrite(v.organization().id(), records -> records.subList(0, 6)),
        WHOLE,
        "topic missing 6");
    when(
        "the topic was made anew without any record of an organisation",
        EVENTS,
        v -> topic.rewrite(v.organization().id(), records -> List.of()),
        WHOLE,
        "topic missing 0");
    when(
        "the topic was made anew with a record in it twice",
        EVENTS,
        v ->
            topic.rewrite(
                v.organization().id(),
                records -> {
                  var all = new ArrayList<>(records);
                  all.add(6, all.get(5));
                  return all;
                }),
        WHOLE,
        "topic added 5");
    when(
        "the topic was made anew with two records exchanged",
        EVENTS,
        v ->
            topic.rewrite(
                v.organization().id(),
                records -> {
                  var all = new ArrayList<>(records);
                  Collections.swap(all, 3, 5);
                  return all;
                }),
        WHOLE,
        "topic out_of_order 3");
  }

  private void inTheViews() {
    when(
        "the view's record was altered",
        EVENTS,
        v -> tampering.sql("update query.events@ set record = " + altered("record") + v.at(5)),
        "CHANGED 5",
        "views changed 5");
    when(
        "the view's record was altered, and the log to fit",
        EVENTS,
        v -> {
          tampering.sql("update query.events@ set record = " + altered("record") + v.at(5));
          tampering.fitTheLog(v.id());
        },
        "OTHER_HISTORY 0",
        "views changed 5",
        "log changed 5");
    when(
        "the view's event was deleted",
        EVENTS,
        v -> tampering.sql("delete from query.events@" + v.at(5)),
        "MISSING 5",
        "views missing 5");
    when(
        "the views' last events were deleted, and the log to fit",
        EVENTS,
        v -> {
          tampering.sql("delete from query.events@" + v.where() + " and position >= 6");
          tampering.fitTheLog(v.id());
        },
        // They come again from the topic; what else was made of them shows.
        WHOLE,
        "views changed 6");
    when(
        "an event was inserted into the views, those behind it moved, and the log to fit",
        EVENTS,
        v -> {
          shift("query.events@", v.where());
          copyInTheViews(v);
          tampering.fitTheLog(v.id());
        },
        INCONSISTENT,
        "views out_of_order 5",
        "views out_of_order 6");
    when(
        "two of the views' events were exchanged",
        EVENTS,
        v -> exchange("query.events@", v.where()),
        "CHANGED 3",
        "views out_of_order 3",
        "views out_of_order 5");
    when(
        "two of the views' events were exchanged, and the log to fit",
        EVENTS,
        v -> {
          exchange("query.events@", v.where());
          tampering.fitTheLog(v.id());
        },
        "CHANGED 3",
        "views out_of_order 3",
        "views out_of_order 5");
    when(
        "an organisation's row was altered",
        EVENTS,
        v -> tampering.sql("update query.organizations@ set status = 'live'" + v.where()),
        WHOLE,
        "views changed null");
    when(
        "an organisation is gone from the views and the log",
        EVENTS,
        v -> {
          for (String table :
              List.of(
                  "events@",
                  "positions@",
                  "log_nodes@",
                  "organizations@",
                  "policies@",
                  "clocks@")) {
            tampering.sql("delete from query." + table + v.where());
          }
          tampering.sql("delete from query.log_checkpoints" + v.where());
        },
        // It comes again from the topic; the checkpoint doesn't.
        INCONSISTENT,
        "log missing 7");
  }

  private void copyInTheViews(Victim v) throws Exception {
    tampering.sql(
        "insert into query.events@ (organization, position, at, type, record, disordered) select organization, 5, at,"
            + " type, record, disordered from query.events@"
            + v.at(3));
  }

  private void inTheLog() {
    when(
        "a leaf was altered",
        EVENTS,
        v -> tampering.sql("update query.events@ set leaf = sha256(leaf)" + v.at(5)),
        "CHANGED 5",
        "log changed 5");
    when(
        "a leaf was deleted",
        EVENTS,
        v -> tampering.sql("update query.events@ set leaf = null" + v.at(5)),
        INCONSISTENT,
        "log changed 5");
    when(
        "two leaves were exchanged",
        EVENTS,
        v ->
            tampering.sql(
                "update query.events@ e set leaf = (select leaf from query.events@ o where o.organization ="
                    + " e.organization and o.position = 8 - e.position)"
                    + v.where()
                    + " and position in (3, 5)"),
        "CHANGED 3",
        "log changed 3",
        "log changed 5");
    when(
        "a node was altered",
        TALL,
        v -> tampering.sql("update query.log_nodes@ set hash = sha256(hash)" + v.where()),
        WHOLE,
        "log changed 0");
    when(
        "a node was deleted",
        TALL,
        v -> tampering.sql("delete from query.log_nodes@" + v.where()),
        WHOLE,
        "log missing 0");
    when(
        "a node was inserted",
        TALL,
        v ->
            tampering.sql(
                "insert into query.log_nodes@ select organization, 1, 7, hash from query.log_nodes@"
                    + v.where()),
        WHOLE,
        "log added 259");
    when(
        "a checkpoint was altered",
        EVENTS,
        v -> tampering.sql("update query.log_checkpoints set root = sha256(root)" + v.where()),
        WHOLE,
        "log changed 7");
    when(
        "a checkpoint was deleted",
        EVENTS,
        v -> tampering.sql("delete from query.log_checkpoints" + v.where()),
        INCONSISTENT,
        "log missing 7");
    when(
        "a checkpoint was put in the place of another organisation's",
        EVENTS,
        v ->
            tampering.sql(
                "update query.log_checkpoints c set note = o.note, size = o.size, root = o.root from"
                    + " query.log_checkpoints o where o.organization = '"
                    + before.id()
                    + "' and c.organization = '"
                    + v.id()
                    + "'"),
        "UNSIGNED 8",
        "log changed 7");
  }

  private void inSeveral() {
    when(
        "ledger and views were altered alike, and the log to fit",
        EVENTS,
        v -> {
          tampering.sql(
              "update command.event set payload = " + altered("payload") + v.inLedgerAt(5));
          tampering.sql("update query.events@ set record = " + altered("record") + v.at(5));
          tampering.fitTheLog(v.id());
        },
        "OTHER_HISTORY 0",
        "views changed 5",
        FROM_WHERE_IT_WAS_SIGNED);
    when(
        "ledger, views and topic were altered alike, and the log to fit",
        EVENTS,
        v -> {
          tampering.sql(
              "update command.event set payload = " + altered("payload") + v.inLedgerAt(5));
          tampering.sql("update query.events@ set record = " + altered("record") + v.at(5));
          tampering.fitTheLog(v.id());
          topic.rewrite(
              v.organization().id(),
              records -> {
                var all = new ArrayList<>(records);
                all.set(5, topic.sealed(all.get(5), "reason-5", "reason-O"));
                return all;
              });
        },
        "OTHER_HISTORY 0",
        "views changed 5",
        FROM_WHERE_IT_WAS_SIGNED);
    when(
        "an organisation is gone from everywhere but the platform's log",
        EVENTS,
        v -> {
          tampering.sql("delete from command.event" + v.inLedger());
          tampering.sql("delete from command.published_position" + v.inLedger());
          for (String table :
              List.of(
                  "events@",
                  "positions@",
                  "log_nodes@",
                  "organizations@",
                  "policies@",
                  "clocks@")) {
            tampering.sql("delete from query." + table + v.where());
          }
          tampering.sql("delete from query.log_checkpoints" + v.where());
          topic.rewrite(v.organization().id(), records -> List.of());
        },
        "refused: 404 organization_not_found",
        "views missing 0");
  }

  @FunctionalInterface
  private interface Doing {
    void run() throws Exception;
  }

  private void whileNothingWrites(Doing doing) throws Exception {
    for (Service service : WRITERS) {
      cluster.replicas(service).forEach(replica -> replica.process().kill());
    }
    doing.run();
    for (Service service : WRITERS) {
      cluster.restart(service, 0);
    }
    cluster.awaitReady();
  }
}
