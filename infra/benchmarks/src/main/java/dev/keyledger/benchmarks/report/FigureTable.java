package dev.keyledger.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Figures as a Markdown table that is also readable on a terminal, and below it what dominates each
 * of them.
 */
public final class FigureTable {
  private static final List<String> HEAD =
      List.of(
          "figure",
          "measured",
          "unit",
          "ceiling",
          "of",
          "ratio",
          "goal",
          "met",
          "spread",
          "rounds");

  private FigureTable() {}

  public static String of(List<Figure> figures) {
    var rows = new ArrayList<List<String>>();
    rows.add(HEAD);
    for (Figure figure : figures) {
      rows.add(row(figure));
    }
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < rows.size(); i++) {
      append(text, rows.get(i), widths);
      if (i == 0) {
        append(text, List.of(HEAD.stream().map(h -> "").toArray(String[]::new)), widths, '-');
      }
    }
    figures.stream()
        .filter(figure -> !figure.dominatedBy().isEmpty())
        .forEach(figure ->
            text.append("\n* ").append(figure.name()).append(": ").append(figure.dominatedBy()));
    return text.append('\n').toString();
  }

  private static List<String> row(Figure figure) {
    return List.of(
        figure.name(),
        Amount.text(figure.measured().median()),
        figure.unit(),
        figure.ceiling() == null ? "" : Amount.text(figure.ceiling().median()),
        figure.ceilingName() == null ? "" : figure.ceilingName(),
        Amount.text(figure.ratio()),
        figure.goal().text(),
        figure.goal() instanceof Goal.None ? "" : figure.isMet() ? "yes" : "NO",
        String.format(Locale.ROOT, "%.0f %%", figure.measured().spread() * 100),
        Integer.toString(figure.measured().values().size()));
  }

  private static void append(StringBuilder text, List<String> row, int[] widths) {
    append(text, row, widths, ' ');
  }

  private static void append(StringBuilder text, List<String> row, int[] widths, char fill) {
    text.append('|');
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      text.append(fill == ' ' ? " " : "-").append(cell);
      text.append(String.valueOf(fill).repeat(widths[i] - cell.length()));
      text.append(fill == ' ' ? " |" : "-|");
    }
    text.append('\n');
  }
}
