package dev.keyledger.conformance.script;

import dev.keyledger.conformance.script.Step.Exchange;
import dev.keyledger.conformance.script.Step.Expected;
import dev.keyledger.conformance.script.Step.Field;
import dev.keyledger.conformance.script.Step.Request;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what stands under a heading. A line that is nothing known is an error. */
final class Steps {
  private static final Pattern REQUEST = Pattern.compile("([A-Z]+) (/\\S*)");
  private static final Pattern FIELD = Pattern.compile("([A-Za-z][A-Za-z0-9-]*):\\s*(.*)");
  private static final Pattern STATUS = Pattern.compile("(\\d{3})(?: x (\\d+))?");
  private static final Pattern LET = Pattern.compile("([\\w.-]+) = (.*)");

  private final Lines lines;
  private final List<Step> steps = new ArrayList<>();

  // What the lines since the last request say of the next one.
  private @Nullable String name;
  private int parallel = 1;
  private int times = 1;
  private Duration within = Duration.ZERO;

  private Steps(Lines lines) {
    this.lines = lines;
  }

  static List<Step> of(Lines lines) {
    var reader = new Steps(lines);
    while (!lines.isAtEnd()) {
      reader.readOne();
    }
    return List.copyOf(reader.steps);
  }

  private void readOne() {
    String line = lines.peek().strip();
    if (line.isEmpty() || line.startsWith("#")) {
      lines.next();
    } else if (line.startsWith("@")) {
      directive(line);
      lines.next();
    } else if (REQUEST.matcher(line).matches()) {
      steps.add(exchange());
    } else {
      throw lines.wrong("neither a directive nor a request: " + line);
    }
  }

  private void directive(String line) {
    int space = line.indexOf(' ');
    String word = space < 0 ? line : line.substring(0, space);
    String rest = space < 0 ? "" : line.substring(space + 1).strip();
    int number = lines.number();
    switch (word) {
      case "@given" -> steps.add(new Step.Assume(number, rest));
      case "@alone" -> steps.add(new Step.Alone(number));
      case "@clock" -> steps.add(new Step.MoveClock(number, duration(rest)));
      case "@never-logged" -> steps.add(new Step.NeverLogged(number, rest));
      case "@let" -> {
        Matcher let = LET.matcher(rest);
        if (!let.matches()) {
          throw lines.wrong("@let name = text");
        }
        steps.add(new Step.Let(number, let.group(1), let.group(2)));
      }
      case "@name" -> name = rest;
      case "@parallel" -> parallel = count(rest);
      case "@repeat" -> times = count(rest);
      case "@within" -> within = duration(rest);
      default -> throw lines.wrong("no such directive: " + word);
    }
  }

  private Exchange exchange() {
    int number = lines.number();
    Request request = request();
    var expected = new ArrayList<Expected>();
    while (!lines.isAtEnd() && isExpectation()) {
      expected.add(expected());
    }
    if (expected.isEmpty()) {
      throw lines.wrong("a request without the answer that is expected");
    }
    if (expected.size() > 1 && parallel * times == 1) {
      throw lines.wrong("one request has one answer");
    }
    var exchange = new Exchange(number, name, parallel, times, within, request, expected);
    name = null;
    parallel = 1;
    times = 1;
    within = Duration.ZERO;
    return exchange;
  }

  private Request request() {
    Matcher start = REQUEST.matcher(lines.next().strip());
    if (!start.matches()) {
      throw lines.wrong("METHOD /path");
    }
    List<Field> fields = fields();
    var body = new StringBuilder();
    while (!lines.isAtEnd() && !isExpectation()) {
      body.append(lines.next()).append('\n');
    }
    return new Request(start.group(1), start.group(2), fields, body.toString().strip());
  }

  private List<Field> fields() {
    var fields = new ArrayList<Field>();
    while (!lines.isAtEnd() && !lines.peek().isBlank() && !isExpectation()) {
      fields.add(field(lines.peek().strip()));
      lines.next();
    }
    return fields;
  }

  private Expected expected() {
    int number = lines.number();
    Matcher status = STATUS.matcher(said());
    if (!status.matches()) {
      throw lines.wrong("> STATUS or > STATUS x COUNT");
    }
    lines.next();
    var fields = new ArrayList<Field>();
    String sameBodyAs = null;
    String body = null;
    while (!lines.isAtEnd() && isExpectation() && !STATUS.matcher(said()).matches()) {
      String said = said();
      if (said.startsWith("{") || said.startsWith("[")) {
        body = body();
      } else if (said.startsWith("@same-body as ")) {
        sameBodyAs = said.substring("@same-body as ".length()).strip();
        lines.next();
      } else {
        fields.add(field(said));
        lines.next();
      }
    }
    return new Expected(
        number,
        Integer.parseInt(status.group(1)),
        status.group(2) == null ? 0 : Integer.parseInt(status.group(2)),
        fields,
        body,
        sameBodyAs);
  }

  /** JSON goes on until the answer's last line, or another answer's first. */
  private String body() {
    var text = new StringBuilder();
    while (!lines.isAtEnd() && isExpectation() && !STATUS.matcher(said()).matches()) {
      text.append(said()).append('\n');
      lines.next();
    }
    return text.toString();
  }

  private boolean isExpectation() {
    return lines.peek().startsWith(">");
  }

  private String said() {
    return lines.peek().substring(1).strip();
  }

  private Field field(String line) {
    Matcher field = FIELD.matcher(line);
    if (!field.matches()) {
      throw lines.wrong("neither a header nor a blank line before a body: " + line);
    }
    return new Field(field.group(1), field.group(2).strip());
  }

  private int count(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw lines.wrong("no count: " + text);
    }
  }

  private Duration duration(String text) {
    try {
      return Duration.parse(text.startsWith("+") ? text.substring(1) : text);
    } catch (DateTimeException e) {
      throw lines.wrong("no duration: " + text);
    }
  }
}
