package dev.keyledger.command.organization;

import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.policy.PolicyCheck;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.feed.ActivityTypes;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.EventPattern;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.kit.text.VisibleText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a command's fields may be, whatever the organisation's policy says. */
final class Fields {
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_REASON = 200;
  private static final String VISIBLE = "without control, bidirectional and invisible characters";
  private static final int MOST_SCOPES = 100;
  private static final int MOST_PATTERNS = 50;
  private static final int MOST_SECURITY_EVENTS = 20;
  private static final Pattern URI_TEXT = Pattern.compile("[a-z][a-z0-9+.-]{0,20}:[\\x21-\\x7e]+");
  private static final Pattern INDEX = Pattern.compile("[a-z0-9_][a-z0-9_-]{0,79}");
  private static final Pattern SOURCETYPE = Pattern.compile("[A-Za-z0-9_:.-]{1,100}");

  /** An event has to fit a leaf of the organisation's log, before and after in it. */
  private static final int LONGEST_CA = 10_000;

  private static final Duration LONGEST_SUSPENSION = Duration.ofDays(90);
  private static final Duration FURTHEST_END = Duration.ofDays(36_500);
  private static final Duration LONGEST_GRACE = Duration.ofDays(3_650);
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(7);
  private static final Pattern SLUG = Pattern.compile("[a-z](-?[a-z0-9]){1,62}");

  private Fields() {}

  static void slug(String field, String slug) {
    check(
        slug.length() <= 63 && SLUG.matcher(slug).matches(),
        field,
        "2 to 63 of a–z, 0–9 and single hyphens, beginning with a letter");
  }

  static void name(String field, String name) {
    check(
        !VisibleText.isBlank(name) && isText(name, LONGEST_NAME),
        field,
        "1 to " + LONGEST_NAME + " characters, not all blank, " + VISIBLE);
  }

  static void suspensionReason(String field, String reason) {
    check(
        !VisibleText.isBlank(reason) && isText(reason, LONGEST_REASON),
        field,
        "1 to " + LONGEST_REASON + " characters, not all blank, " + VISIBLE);
  }

  static void endOfSuspension(String field, @Nullable Instant until, Instant at) {
    check(until == null || !until.isBefore(at), field, "a suspension doesn't end in the past");
    check(
        until == null || !until.isAfter(at.plus(LONGEST_SUSPENSION)),
        field,
        "a suspension ends within 90 days, or when it is ended");
  }

  static void withinLife(String field, @Nullable Instant since, Instant made, Instant at) {
    check(since == null || !since.isAfter(at), field, "it isn't in the future");
    check(since == null || !since.isBefore(made), field, "it isn't before the key was made");
  }

  static void reason(String field, @Nullable String reason) {
    check(
        reason == null || isText(reason, LONGEST_REASON),
        field,
        "at most " + LONGEST_REASON + " characters, " + VISIBLE);
  }

  private static boolean isText(String text, int longest) {
    return text.codePointCount(0, text.length()) <= longest && VisibleText.isVisible(text);
  }

  /** Without repetitions, in the order given. */
  /** A name that no role has and the platform doesn't know would give a key nothing, for ever. */
  static void known(String field, List<String> permissions, Policy policy) {
    Set<String> known = policy.knownPermissions();
    permissions.stream()
        .filter(permission -> !known.contains(permission))
        .findFirst()
        .ifPresent(unknown ->
            check(false, field, "The organisation's policy knows no permission " + unknown + "."));
  }

  static List<String> scopes(String field, List<String> scopes) {
    check(scopes.size() <= MOST_SCOPES, field, "at most " + MOST_SCOPES + " scopes");
    check(
        scopes.stream().allMatch(Permissions::isWellFormed),
        field,
        "a scope is resource.action, each a small letter and then letters, digits and underscores");
    return scopes.stream().distinct().toList();
  }

  static void end(String field, @Nullable Instant end, Instant at) {
    check(end == null || end.isAfter(at), field, "an end lies in the future");
    check(
        end == null || !end.isAfter(at.plus(FURTHEST_END)),
        field,
        "an end lies within a hundred years");
  }

  static void grace(String field, @Nullable Duration grace) {
    check(
        grace == null || (!grace.isNegative() && grace.compareTo(LONGEST_GRACE) <= 0),
        field,
        "an ISO 8601 duration between PT0S and " + LONGEST_GRACE);
  }

  static List<String> eventPatterns(String field, List<String> patterns) {
    check(
        !patterns.isEmpty() && patterns.size() <= MOST_PATTERNS,
        field,
        "1 to " + MOST_PATTERNS + " types of events");
    check(
        patterns.stream()
            .allMatch(pattern -> EventPattern.isKnown(pattern, EventTypes.all().keySet())),
        field,
        "types of events, as key.revoked; all of a kind, as key.*; or * for all");
    return patterns.stream().distinct().toList();
  }

  /** Of what happened beside the ledger too. */
  static List<String> historyPatterns(String field, List<String> patterns) {
    check(
        !patterns.isEmpty() && patterns.size() <= MOST_PATTERNS,
        field,
        "1 to " + MOST_PATTERNS + " types of events");
    Set<String> known = new HashSet<>(EventTypes.all().keySet());
    known.addAll(ActivityTypes.all());
    check(
        patterns.stream().allMatch(pattern -> EventPattern.isKnown(pattern, known)),
        field,
        "types of events, as key.revoked; all of a kind, as key.*; or * for all");
    return patterns.stream().distinct().toList();
  }

  /** What it is, field by field. Whether the certificates are any is found out before. */
  static void collector(SubscriptionKind kind, CollectorSettings collector) {
    boolean isSyslog = kind == SubscriptionKind.SYSLOG;
    check(collector.index() == null || !isSyslog, "index", "of splunk_hec alone");
    check(collector.sourcetype() == null || !isSyslog, "sourcetype", "of splunk_hec alone");
    check(collector.facility() == null || isSyslog, "facility", "of syslog alone");
    check(collector.ca() == null || isSyslog, "ca", "of syslog alone");
    check(
        collector.index() == null || INDEX.matcher(collector.index()).matches(),
        "index",
        "1 to 80 small letters, digits, underscores and hyphens, a hyphen not first");
    check(
        collector.sourcetype() == null || SOURCETYPE.matcher(collector.sourcetype()).matches(),
        "sourcetype",
        "1 to 100 letters, digits, and any of _ : . -");
    check(
        collector.facility() == null || (collector.facility() >= 0 && collector.facility() <= 23),
        "facility",
        "0 to 23");
    check(
        collector.ca() == null || collector.ca().length() <= LONGEST_CA,
        "ca",
        "at most " + LONGEST_CA + " characters");
  }

  static List<String> securityEvents(String field, List<String> types) {
    check(
        !types.isEmpty() && types.size() <= MOST_SECURITY_EVENTS,
        field,
        "1 to " + MOST_SECURITY_EVENTS + " types of security events");
    check(
        types.stream()
            .allMatch(type -> type.length() <= LONGEST_NAME && URI_TEXT.matcher(type).matches()),
        field,
        "a type is a URI of at most " + LONGEST_NAME + " characters");
    return types.stream().distinct().toList();
  }

  static void overlap(String field, @Nullable Duration overlap) {
    check(
        overlap == null || !overlap.isNegative() && overlap.compareTo(LONGEST_OVERLAP) <= 0,
        field,
        "0 to " + LONGEST_OVERLAP.toSeconds() + " seconds");
  }

  /**
   * @param within path of the policy, with a dot behind it; empty where it is the whole
   */
  static void policy(String within, Policy policy) {
    PolicyCheck.firstFault(policy)
        .ifPresent(fault -> {
          throw new InvalidField(within + fault.field(), fault.detail()).toException();
        });
  }

  static void check(boolean holds, String field, String detail) {
    if (!holds) {
      throw new InvalidField(field, detail).toException();
    }
  }
}
