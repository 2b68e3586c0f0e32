package dev.keyledger.kit.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * Every code that a refusal may carry: its statuses, what it means, what to do about it. Read from
 * {@code /api/problems.yaml}, where codes that come together have a group's name, and those of the
 * OAuth endpoints stand by themselves.
 */
public final class ProblemCatalogue {
  private final Map<String, Entry> entries = new TreeMap<>();
  private final Map<String, List<String>> groups = new TreeMap<>();

  /**
   * @param statuses with which it may come, the usual one first
   * @param detail an answer's own sentence, as an example
   * @param meaning a sentence or two
   * @param remedy what a client or its developer does now
   * @param members of the problem besides RFC 9457's and the code, by name, with an example
   * @param headers that come with it, by name, with an example
   * @param oauth whether it comes in the form of RFC 6749, section 5.2, and is no problem detail
   */
  public record Entry(
      String code,
      List<Integer> statuses,
      String detail,
      String meaning,
      String remedy,
      Map<String, Object> members,
      Map<String, String> headers,
      boolean oauth) {
    public Entry {
      statuses = List.copyOf(statuses);
      members = Collections.unmodifiableMap(new TreeMap<>(members));
      headers = Collections.unmodifiableMap(new TreeMap<>(headers));
    }
  }

  public ProblemCatalogue() {
    JsonNode source = ApiSources.read("/api/problems.yaml");
    add(source.path("codes"), false);
    add(source.path("oauth"), true);
    source
        .path("groups")
        .properties()
        .forEach(group -> groups.put(group.getKey(), texts(group.getValue())));
  }

  private void add(JsonNode codes, boolean oauth) {
    codes
        .properties()
        .forEach(code -> {
          Entry entry = entry(code.getKey(), code.getValue(), oauth);
          if (entries.put(entry.code(), entry) != null) {
            throw new IllegalStateException(entry.code() + " stands twice");
          }
        });
  }

  private static Entry entry(String code, JsonNode told, boolean oauth) {
    var statuses = new ArrayList<Integer>();
    JsonNode status = told.path("status");
    if (status.isArray()) {
      status.forEach(one -> statuses.add(one.asInt()));
    } else {
      statuses.add(status.asInt());
    }
    var members = new TreeMap<String, Object>();
    told.path("members")
        .properties()
        .forEach(member ->
            members.put(
                member.getKey(),
                member.getValue().isNumber()
                    ? member.getValue().asLong()
                    : member.getValue().isArray()
                        ? texts(member.getValue())
                        : member.getValue().asString()));
    var headers = new TreeMap<String, String>();
    told.path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().asString()));
    return new Entry(
        code,
        statuses,
        told.path("detail").asString(),
        told.path("meaning").asString(),
        told.path("remedy").asString(),
        members,
        headers,
        oauth);
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(text -> texts.add(text.asString()));
    return texts;
  }

  /** In the order of their codes. */
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  public Optional<Entry> find(String code) {
    return Optional.ofNullable(entries.get(code));
  }

  /**
   * @param names codes, with a status where it isn't the usual one ({@code 503 busy}), and groups
   * @return codes by status
   * @throws IllegalArgumentException for a name that is neither
   */
  Map<Integer, Set<String>> byStatus(List<String> names) {
    var byStatus = new TreeMap<Integer, Set<String>>();
    names.forEach(name -> add(name, byStatus));
    return byStatus;
  }

  private void add(String name, Map<Integer, Set<String>> byStatus) {
    List<String> group = groups.get(name);
    if (group != null) {
      group.forEach(one -> add(one, byStatus));
      return;
    }
    int space = name.indexOf(' ');
    Entry entry = entries.get(name.substring(space + 1));
    if (entry == null) {
      throw new IllegalArgumentException("neither a code nor a group: " + name);
    }
    int status =
        space < 0 ? entry.statuses().getFirst() : Integer.parseInt(name.substring(0, space));
    if (!entry.statuses().contains(status)) {
      throw new IllegalArgumentException(entry.code() + " never comes with " + status);
    }
    byStatus.computeIfAbsent(status, ignored -> new LinkedHashSet<>()).add(entry.code());
  }
}
