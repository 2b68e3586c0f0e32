package dev.keyledger.conformance.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set-up that sentences share, {@code ## $org is a live organisation on $preset}. A sentence that
 * says {@code @given acme is a live organisation on incard} gets its lines with the words put in.
 */
public final class Given {
  private static final Pattern WORD = Pattern.compile("\\$([a-z]+)");

  private final String title;
  private final List<String> words = new ArrayList<>();
  private final Pattern said;
  private final Lines lines;

  Given(String title, Lines lines) {
    this.title = title;
    this.lines = lines;
    var regex = new StringBuilder();
    Matcher matcher = WORD.matcher(title);
    int from = 0;
    while (matcher.find()) {
      regex.append(Pattern.quote(title.substring(from, matcher.start()))).append("([\\w.-]+)");
      words.add(matcher.group(1));
      from = matcher.end();
    }
    this.said = Pattern.compile(regex.append(Pattern.quote(title.substring(from))).toString());
  }

  public String title() {
    return title;
  }

  /** Its steps for that wording, if the wording is of this. */
  Optional<List<Step>> saidAs(String wording) {
    Matcher matcher = said.matcher(wording);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Lines told = lines;
    for (int i = 0; i < words.size(); i++) {
      told = told.replacing("\\$" + words.get(i) + "\\b", matcher.group(i + 1));
    }
    return Optional.of(Steps.of(told));
  }
}
