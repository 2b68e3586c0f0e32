package dev.keyledger.query.ocsf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCause;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.feed.ActivityTypes;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.query.views.History;
import dev.keyledger.query.views.History.Subject;
import dev.keyledger.query.views.History.Where;
import dev.keyledger.query.views.History.Who;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Every type that history has is told in OCSF, as its schema and the documents' table have it. */
class OcsfMappingTest {
  private static final Pattern ROW = Pattern.compile("\\| `[a-z_]+\\.[a-z_]+` \\| \\d{4} ");
  private static final String UUID_TEXT = "0190f5c2-7b3a-7c4d-8e5f-0123456789ab";
  private static final OrganizationId ORGANIZATION = new OrganizationId("org_" + UUID_TEXT);
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.123Z");
  private static final Where FROM_SOMEWHERE =
      new Where("192.0.2.7", "curl/9", "req-1", "00-4bf92f3577b34da6a3ce929d0e0e4736-00-01");
  private static final Where NOWHERE = new Where(null, null, null, null);
  private static final EventCause ASKED = EventCause.command("do_something");
  private static final EventCause DUE =
      EventCause.reaction("member_removed", new EventId("evt_" + UUID_TEXT), 3);

  static Set<String> types() {
    Set<String> types = new TreeSet<>(EventTypes.all().keySet());
    types.addAll(ActivityTypes.all());
    return types;
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyTypeIsAnEventOfTheSchemaWhoeverDidItAndWhateverIsKnownOfThem(String type) {
    OcsfMapping mapping = OcsfMapping.of(type);
    for (Who who : actors()) {
      for (Where where : List.of(FROM_SOMEWHERE, NOWHERE)) {
        for (Subject subject : new Subject[] {new Subject("key", "key_" + UUID_TEXT), null}) {
          for (EventCause cause : new EventCause[] {ASKED, DUE, null}) {
            History.Event event = event(type, who, where, subject, cause);
            for (boolean complete : new boolean[] {true, false}) {
              JsonNode told = told(event, complete);
              assertThat(OcsfSchema.faults(told)).as(told.toString()).isEmpty();
              assertThat(told.path("activity_id").intValue()).isEqualTo(mapping.activity().id);
              assertThat(told.path("time").longValue()).isEqualTo(AT.toEpochMilli());
              assertThat(told.path("metadata").path("event_code").stringValue()).isEqualTo(type);
            }
          }
        }
      }
    }
  }

  @Test
  void theTableOfTheDocumentsIsTheTableOfTheCode() throws IOException {
    List<String> documented = new ArrayList<>();
    String text = Files.readString(Path.of("../infra/docs/ocsf.md"));
    for (String line : text.lines().filter(line -> ROW.matcher(line).lookingAt()).toList()) {
      documented.add(line);
    }
    List<String> coded = OcsfMapping.ALL.stream().map(OcsfMappingTest::row).toList();
    assertThat(documented).containsExactlyElementsOf(coded);
    assertThat(OcsfMapping.ALL.stream().map(OcsfMapping::type))
        .containsExactlyInAnyOrderElementsOf(types());
    assertThat(text)
        .contains(
            "OCSF " + OcsfSchema.version(), "Version " + OcsfMapping.VERSION + " of the table");
    assertThat(OcsfMapping.SCHEMA).isEqualTo(OcsfSchema.version());
  }

  private static String row(OcsfMapping mapping) {
    OcsfActivity activity = mapping.activity();
    return "| `%s` | %d %s | %d %s | %d | %d %s | %d %s |"
        .formatted(
            mapping.type(),
            activity.of.uid,
            activity.of.caption,
            activity.id,
            activity.caption,
            activity.typeUid(),
            mapping.severity().id,
            mapping.severity().caption,
            mapping.status().id,
            mapping.status().caption);
  }

  @Test
  void whatIsAgainstTheSchemaIsFound() {
    ObjectNode good = told(event("key.revoked", actors().getFirst(), NOWHERE, null, ASKED), true);
    assertThat(OcsfSchema.faults(good)).isEmpty();

    assertThat(OcsfSchema.faults(good.deepCopy().put("invented", 1))).hasSize(1);
    assertThat(OcsfSchema.faults(good.deepCopy().without("actor"))).hasSize(1);
    assertThat(OcsfSchema.faults(good.deepCopy().put("severity_id", 7))).isNotEmpty();
    assertThat(OcsfSchema.faults(good.deepCopy().put("severity", "Grave"))).hasSize(1);
    assertThat(OcsfSchema.faults(good.deepCopy().put("time", AT.getEpochSecond()))).hasSize(1);
    assertThat(OcsfSchema.faults(good.deepCopy().put("activity_id", 1))).isNotEmpty();
    ObjectNode nobody = good.deepCopy();
    nobody.putObject("actor");
    assertThat(OcsfSchema.faults(nobody)).hasSize(1);
    ObjectNode elsewhere = good.deepCopy();
    elsewhere.putObject("src_endpoint").put("ip", "here");
    assertThat(OcsfSchema.faults(elsewhere)).hasSize(1);
  }

  @Test
  void anEventSaysWhoDidWhatToWhatFromWhereAndWhy() {
    JsonNode told =
        told(
            event(
                "key.revoked",
                actors().getFirst(),
                FROM_SOMEWHERE,
                new Subject("key", "key_" + UUID_TEXT),
                ASKED),
            true);
    assertThat(told.toString().replace('"', '\''))
        .isEqualTo(
            "{'metadata':{'log_name':'ledger','sequence':12,'version':'1.9.0','log_version':'1',"
                + "'product':{'name':'Keyledger','vendor_name':'Keyledger'},'uid':'evt_0190f5c2-7b3a-"
                + "7c4d-8e5f-0123456789ab','event_code':'key.revoked','tenant_uid':'org_0190f5c2-7b3a-"
                + "7c4d-8e5f-0123456789ab','correlation_uid':'req-1'},'category_uid':6,"
                + "'category_name':'Application Activity','class_uid':6003,'class_name':'API Activity',"
                + "'activity_id':4,'activity_name':'Delete','type_uid':600304,"
                + "'type_name':'API Activity: Delete','severity_id':2,'severity':'Low','status_id':1,"
                + "'status':'Success','time':1779979438123,'status_code':'why','count':7,"
                + "'end_time':1779979438123,'actor':{'user':{'uid':'mem_0190f5c2-7b3a-7c4d-8e5f-"
                + "0123456789ab','type_id':1,'type':'User','email_addr':'ada@example.org'},"
                + "'session':{'uid':'ses_0190f5c2-7b3a-7c4d-8e5f-0123456789ab'}},"
                + "'api':{'operation':'do_something','request':{'uid':'req-1'},"
                + "'service':{'name':'Keyledger'}},'resources':[{'uid':'key_0190f5c2-7b3a-7c4d-8e5f-"
                + "0123456789ab','type':'key','role_id':1,'role':'Target'}],"
                + "'src_endpoint':{'ip':'192.0.2.7'},'http_request':{'uid':'req-1','user_agent':'curl/9'},"
                + "'unmapped':{'cause':{'kind':'command','name':'do_something'},"
                + "'before':{'status':'active'},'after':{'status':'revoked'},"
                + "'traceparent':'00-4bf92f3577b34da6a3ce929d0e0e4736-00-01'}}");
  }

  private static List<Who> actors() {
    var person = new PersonId("per_" + UUID_TEXT);
    var member = new MemberId("mem_" + UUID_TEXT);
    var session = new SessionId("ses_" + UUID_TEXT);
    return List.of(
        new Who("member", null, member, "ada@example.org", session, null),
        new Who("member", null, member, null, null, null),
        new Who("member", null, null, null, session, null),
        new Who("operator", person, null, null, session, null),
        new Who("key", null, null, null, null, null),
        new Who("key", null, null, null, null, new KeyId("key_" + UUID_TEXT)),
        new Who("outsider", null, null, null, null, null),
        new Who("system", null, null, null, null, null));
  }

  private static History.Event event(
      String type, Who who, Where where, Subject subject, EventCause cause) {
    return new History.Event(
        new EventId("evt_" + UUID_TEXT),
        null,
        type,
        AT,
        who,
        where,
        cause,
        subject,
        Map.of("status", "active"),
        Map.of("status", "revoked"),
        null,
        null,
        "why",
        7L,
        type.equals("command.denied") ? "revokeKey" : null,
        type.equals("command.denied") ? "api_keys.revoke" : null,
        type.equals("key.denied") ? "198.51.100.0/24" : null);
  }

  private static ObjectNode told(History.Event event, boolean complete) {
    byte[] line = OcsfEvents.event(ORGANIZATION, "ledger", 12, event, complete);
    return (ObjectNode) EventCodec.mapper().readTree(line);
  }
}
