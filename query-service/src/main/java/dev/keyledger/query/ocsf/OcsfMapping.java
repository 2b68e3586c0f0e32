package dev.keyledger.query.ocsf;

import static dev.keyledger.query.ocsf.OcsfActivity.CREATE;
import static dev.keyledger.query.ocsf.OcsfActivity.DELETE;
import static dev.keyledger.query.ocsf.OcsfActivity.LOGOFF;
import static dev.keyledger.query.ocsf.OcsfActivity.LOGON;
import static dev.keyledger.query.ocsf.OcsfActivity.OTHER_OF_API;
import static dev.keyledger.query.ocsf.OcsfActivity.OTHER_OF_AUTHENTICATION;
import static dev.keyledger.query.ocsf.OcsfActivity.UPDATE;
import static dev.keyledger.query.ocsf.OcsfMapping.Severity.HIGH;
import static dev.keyledger.query.ocsf.OcsfMapping.Severity.INFORMATIONAL;
import static dev.keyledger.query.ocsf.OcsfMapping.Severity.LOW;
import static dev.keyledger.query.ocsf.OcsfMapping.Severity.MEDIUM;
import static dev.keyledger.query.ocsf.OcsfMapping.Status.FAILURE;
import static dev.keyledger.query.ocsf.OcsfMapping.Status.SUCCESS;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What of OCSF stands for a type of event or of activity. {@code infra/docs/ocsf.md} has the same
 * table for readers; a test holds the two and the schema together.
 */
record OcsfMapping(String type, OcsfActivity activity, Severity severity, Status status) {
  /** Of the schema that events are written by. */
  static final String SCHEMA = "1.9.0";

  /** Of this table: one more wherever a row says something else than it did. */
  static final String VERSION = "1";

  enum Severity {
    INFORMATIONAL(1, "Informational"),
    LOW(2, "Low"),
    MEDIUM(3, "Medium"),
    HIGH(4, "High");

    final int id;
    final String caption;

    Severity(int id, String caption) {
      this.id = id;
      this.caption = caption;
    }
  }

  enum Status {
    SUCCESS(1, "Success"),
    FAILURE(2, "Failure");

    final int id;
    final String caption;

    Status(int id, String caption) {
      this.id = id;
      this.caption = caption;
    }
  }

  static final List<OcsfMapping> ALL =
      List.of(
          of("organization.registered", CREATE, INFORMATIONAL),
          of("organization.verified", UPDATE, INFORMATIONAL),
          of("organization.live_enabled", UPDATE, INFORMATIONAL),
          of("organization.suspended", UPDATE, MEDIUM),
          of("organization.reinstated", UPDATE, INFORMATIONAL),
          of("organization.policy_changed", UPDATE, LOW),
          of("organization.ip_allowlist_changed", UPDATE, LOW),
          of("member.added", CREATE, INFORMATIONAL),
          of("member.role_changed", UPDATE, LOW),
          of("member.removed", DELETE, INFORMATIONAL),
          of("member.erased", DELETE, INFORMATIONAL),
          of("person.erased", DELETE, INFORMATIONAL),
          of("key.created", CREATE, INFORMATIONAL),
          of("key.rotated", UPDATE, INFORMATIONAL),
          of("key.rotation_completed", UPDATE, INFORMATIONAL),
          of("key.rotation_rolled_back", UPDATE, LOW),
          of("key.scopes_narrowed", UPDATE, INFORMATIONAL),
          of("key.renamed", UPDATE, INFORMATIONAL),
          of("key.leaked", UPDATE, HIGH),
          of("key.ending_soon", UPDATE, LOW),
          of("key.suspended", UPDATE, LOW),
          of("key.resumed", UPDATE, INFORMATIONAL),
          of("key.revoked", DELETE, LOW),
          of("key.expired", DELETE, INFORMATIONAL),
          of("subscription.created", CREATE, LOW),
          of("subscription.changed", UPDATE, LOW),
          of("subscription.secret_rotated", UPDATE, INFORMATIONAL),
          of("subscription.paused", UPDATE, LOW),
          of("subscription.resumed", UPDATE, INFORMATIONAL),
          of("subscription.removed", DELETE, LOW),
          of("sign_in.succeeded", LOGON, INFORMATIONAL),
          failed("sign_in.failed", LOGON, LOW),
          failed("sign_in.locked_out", LOGON, MEDIUM),
          of("session.started", LOGON, INFORMATIONAL),
          of("session.ended", LOGOFF, INFORMATIONAL),
          failed("refresh_token.reused", OTHER_OF_AUTHENTICATION, HIGH),
          of("password.changed", UPDATE, INFORMATIONAL),
          of("second_step.set", UPDATE, INFORMATIONAL),
          failed("key.denied", LOGON, LOW),
          of("key.first_seen", LOGON, LOW),
          failed("command.denied", OTHER_OF_API, LOW));

  private static final Map<String, OcsfMapping> BY_TYPE =
      ALL.stream().collect(Collectors.toUnmodifiableMap(OcsfMapping::type, Function.identity()));

  private static OcsfMapping of(String type, OcsfActivity activity, Severity severity) {
    return new OcsfMapping(type, activity, severity, SUCCESS);
  }

  private static OcsfMapping failed(String type, OcsfActivity activity, Severity severity) {
    return new OcsfMapping(type, activity, severity, FAILURE);
  }

  static OcsfMapping of(String type) {
    return Optional.ofNullable(BY_TYPE.get(type))
        .orElseThrow(() -> new IllegalStateException(type + " isn't told in OCSF"));
  }

  String activityName() {
    return activity.isOther() ? type : activity.caption;
  }
}
