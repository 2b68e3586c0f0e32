package dev.keyledger.query.ocsf;

import dev.keyledger.events.EventCause;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.query.views.History;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events of OCSF, of the classes API Activity and Authentication. What isn't known, or was erased,
 * isn't there; what OCSF has no attribute for is in {@code unmapped}.
 */
public final class OcsfEvents {
  private static final String PLATFORM = "Keyledger";

  /** Where the schema wants to know who or where it was, and nobody does any more. */
  private static final String UNKNOWN = "unknown";

  private OcsfEvents() {}

  /**
   * @param log {@code ledger} or {@code activity}; it and the position come first, where whoever
   *     goes on with a file looks for them
   * @param complete whether all that is personal could be opened, or is erased
   */
  public static byte[] event(
      OrganizationId organization,
      String log,
      long position,
      History.Event event,
      boolean complete) {
    OcsfMapping mapping = OcsfMapping.of(event.type());
    ObjectNode line = node();
    line.set("metadata", metadata(organization, log, position, event));
    classify(line, mapping);
    line.put("time", event.at().toEpochMilli());
    put(line, "status_code", event.code());
    if (event.count() != null) {
      line.put("count", event.count());
      line.put("end_time", event.at().toEpochMilli());
    }
    switch (mapping.activity().of) {
      case API_ACTIVITY -> putApiActivity(line, event);
      case AUTHENTICATION -> putAuthentication(line, event);
    }
    line.set("src_endpoint", source(event));
    putRequest(line, event.origin());
    ObjectNode unmapped = unmapped(event, complete);
    if (!unmapped.isEmpty()) {
      line.set("unmapped", unmapped);
    }
    return EventCodec.mapper().writeValueAsBytes(line);
  }

  /** How grave it is, by {@code severity_id} of OCSF. */
  public static int severity(String type) {
    return OcsfMapping.of(type).severity().id;
  }

  private static ObjectNode metadata(
      OrganizationId organization, String log, long position, History.Event event) {
    ObjectNode metadata = node();
    metadata.put("log_name", log);
    metadata.put("sequence", position);
    metadata.put("version", OcsfMapping.SCHEMA);
    metadata.put("log_version", OcsfMapping.VERSION);
    metadata.set("product", node().put("name", PLATFORM).put("vendor_name", PLATFORM));
    metadata.put("uid", event.id().value());
    metadata.put("event_code", event.type());
    metadata.put("tenant_uid", organization.value());
    put(metadata, "correlation_uid", event.origin().requestId());
    return metadata;
  }

  private static void classify(ObjectNode line, OcsfMapping mapping) {
    OcsfActivity activity = mapping.activity();
    line.put("category_uid", activity.of.category);
    line.put("category_name", activity.of.categoryCaption);
    line.put("class_uid", activity.of.uid);
    line.put("class_name", activity.of.caption);
    line.put("activity_id", activity.id);
    line.put("activity_name", mapping.activityName());
    line.put("type_uid", activity.typeUid());
    line.put("type_name", activity.of.caption + ": " + activity.caption);
    line.put("severity_id", mapping.severity().id);
    line.put("severity", mapping.severity().caption);
    line.put("status_id", mapping.status().id);
    line.put("status", mapping.status().caption);
  }

  private static void putApiActivity(ObjectNode line, History.Event event) {
    History.Who who = event.actor();
    ObjectNode actor = node();
    if (who.kind().equals("system")) {
      actor.set("application", node().put("name", PLATFORM));
    } else {
      actor.set("user", user(event));
    }
    if (who.session() != null) {
      actor.set("session", node().put("uid", who.session().value()));
    }
    line.set("actor", actor);
    ObjectNode api = node().put("operation", operation(event));
    if (event.origin().requestId() != null) {
      api.set("request", node().put("uid", event.origin().requestId()));
    }
    api.set("service", node().put("name", PLATFORM));
    line.set("api", api);
    History.Subject subject = event.subject();
    if (subject != null) {
      line.putArray("resources")
          .addObject()
          .put("uid", subject.id())
          .put("type", subject.kind())
          .put("role_id", 1)
          .put("role", "Target");
    }
  }

  private static String operation(History.Event event) {
    if (event.operation() != null) {
      return event.operation();
    }
    return event.cause() == null ? event.type() : event.cause().name();
  }

  private static void putAuthentication(ObjectNode line, History.Event event) {
    line.set("user", user(event));
    line.set("service", node().put("name", PLATFORM));
    if (event.actor().session() != null) {
      line.set("session", node().put("uid", event.actor().session().value()));
    }
  }

  private static ObjectNode user(History.Event event) {
    History.Who who = event.actor();
    String key = keyOf(event);
    if (key != null) {
      return typed(node().put("uid", key), 4, "Service");
    }
    if (who.kind().equals("operator") && who.person() != null) {
      return typed(node().put("uid", who.person().value()), 2, "Admin");
    }
    if (who.member() == null) {
      return typed(node().put("name", UNKNOWN), 0, "Unknown");
    }
    ObjectNode user = typed(node().put("uid", who.member().value()), 1, "User");
    put(user, "email_addr", who.email());
    return user;
  }

  /** That asked for a command, or that was used. */
  private static @Nullable String keyOf(History.Event event) {
    History.Subject subject = event.subject();
    if (event.actor().key() != null) {
      return event.actor().key().value();
    }
    boolean used = event.actor().kind().equals("key") && event.operation() == null;
    return used && subject != null && subject.kind().equals("key") ? subject.id() : null;
  }

  private static ObjectNode typed(ObjectNode user, int id, String caption) {
    return user.put("type_id", id).put("type", caption);
  }

  private static ObjectNode source(History.Event event) {
    String address = event.origin().address();
    if (address != null) {
      return node().put("ip", address);
    }
    return event.actor().kind().equals("system")
        ? node().put("svc_name", PLATFORM)
        : node().put("name", UNKNOWN);
  }

  private static void putRequest(ObjectNode line, History.Where origin) {
    ObjectNode request = node();
    put(request, "uid", origin.requestId());
    put(request, "user_agent", origin.userAgent());
    if (!request.isEmpty()) {
      line.set("http_request", request);
    }
  }

  private static ObjectNode unmapped(History.Event event, boolean complete) {
    ObjectNode unmapped = node();
    EventCause cause = event.cause();
    if (cause != null) {
      ObjectNode told = unmapped.putObject("cause");
      told.put("kind", cause.kind().name().toLowerCase(Locale.ROOT));
      told.put("name", cause.name());
      put(told, "event", cause.event() == null ? null : cause.event().value());
      if (cause.position() != null) {
        told.put("position", cause.position());
      }
    }
    putFields(unmapped, "before", event.before());
    putFields(unmapped, "after", event.after());
    put(unmapped, "permission", event.permission());
    put(unmapped, "network", event.network());
    put(unmapped, "traceparent", event.origin().traceparent());
    if (!complete) {
      unmapped.put("incomplete", "personal-data");
    }
    return unmapped;
  }

  private static void putFields(
      ObjectNode node, String name, @Nullable Map<String, @Nullable Object> fields) {
    if (fields != null) {
      node.set(name, EventCodec.mapper().valueToTree(fields));
    }
  }

  private static void put(ObjectNode node, String name, @Nullable String value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  private static ObjectNode node() {
    return EventCodec.mapper().createObjectNode();
  }
}
