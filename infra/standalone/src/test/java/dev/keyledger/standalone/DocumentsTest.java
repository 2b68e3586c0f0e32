package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents name is there, and the page on ASVS leaves no requirement out. */
class DocumentsTest {
  private static final Path HOME = Path.of("../..");
  private static final Path ASVS = HOME.resolve("infra/docs/asvs.md");
  private static final Set<String> NOT_OURS = Set.of("target", "node_modules", "data");

  /**
   * The requirements of ASVS 5.0.0: for each section the levels of its first, second and further
   * ones. Those of level 3, behind them in every section, are left out.
   */
  private static final String LEVELS =
      """
      1.1 22, 1.2 111112222, 1.3 11222222222, 1.4 222, 1.5 12
      2.1 122, 2.2 112, 2.3 1222, 2.4 2
      3.2 11, 3.3 1222, 3.4 112222, 3.5 11122, 3.7 22
      4.1 122, 4.2 2, 4.3 22, 4.4 1222
      5.1 2, 5.2 112, 5.3 11, 5.4 222
      6.1 122, 6.2 111111112222, 6.3 1122, 6.4 1122, 6.5 22222, 6.6 222, 6.8 2222
      7.1 222, 7.2 1111, 7.3 22, 7.4 11222, 7.5 22, 7.6 22
      8.1 12, 8.2 112, 8.3 1, 8.4 2
      9.1 111, 9.2 1222
      10.1 22, 10.2 22, 10.3 2222, 10.4 11111222222, 10.5 22222, 10.6 22, 10.7 222
      11.1 22, 11.2 222, 11.3 112, 11.4 1222, 11.5 2, 11.6 2
      12.1 122, 12.2 11, 12.3 2222
      13.1 2, 13.2 22222, 13.3 22, 13.4 12222
      14.1 22, 14.2 1222, 14.3 122
      15.1 122, 15.2 122, 15.3 1222222
      16.1 2, 16.2 22222, 16.3 2222, 16.4 222, 16.5 222
      17.1 2, 17.2 2222, 17.3 22
      """;

  private static final Pattern CODE = Pattern.compile("```.*?```", Pattern.DOTALL);
  private static final Pattern LINK =
      Pattern.compile("\\]\\(([^)#\\s]+)[^)]*\\)|^\\[[^\\]]+]: (\\S+)", Pattern.MULTILINE);
  private static final Pattern QUOTED = Pattern.compile("`([A-Za-z0-9._/-]+)`");
  private static final Pattern DEFINED = Pattern.compile("^\\[([^\\]]+)]: ", Pattern.MULTILINE);
  private static final Pattern REFERRED = Pattern.compile("\\[([A-Za-z0-9_.-]+)](?![(:])");
  private static final Pattern SETTINGS =
      Pattern.compile("^\\| `(?:KEYLEDGER|MANAGEMENT)_[^|]+", Pattern.MULTILINE);
  private static final Pattern NEEDED =
      Pattern.compile("@Value\\(\"\\$\\{keyledger\\.([a-z.-]+)}\"");
  private static final Pattern WORD = Pattern.compile("[A-Za-z]+(?:-[a-z]+)*");
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| (\\d+\\.\\d+\\.\\d+) \\| (\\d) \\| ([^|]+) \\| [^|]+ \\| [^|]+ \\|$",
          Pattern.MULTILINE);
  private static final Pattern SUM =
      Pattern.compile(
          "Of (\\d+) requirements (\\d+) are met, (\\d+) are not, (\\d+) are the deployment's, and"
              + " (\\d+) don't apply\\.");

  static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(HOME, 4)) {
      return files
          .filter(
              file -> file.toString().endsWith(".md") && NOT_OURS.stream().noneMatch(isAbove(file)))
          .sorted()
          .toList();
    }
  }

  private static Predicate<String> isAbove(Path file) {
    return folder ->
        StreamSupport.stream(HOME.relativize(file).spliterator(), false)
            .anyMatch(name -> name.toString().equals(folder));
  }

  @Test
  void thePagesAreFound() throws IOException {
    assertThat(documents().stream().map(page -> HOME.relativize(page).toString()))
        .contains("README.md", "SECURITY.md", "gateway/docs/incrm.md", "infra/docs/asvs.md");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkLeadsSomewhere(Path page) throws IOException {
    assertThat(all(LINK, prose(page)))
        .map(link -> link.group(1) == null ? link.group(2) : link.group(1))
        .filteredOn(target -> !target.matches("[a-z]+:.*"))
        .allSatisfy(target -> assertThat(page.resolveSibling(target)).exists());
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyPathThatIsNamedExists(Path page) throws IOException {
    assertThat(all(QUOTED, prose(page)))
        .map(quoted -> quoted.group(1))
        .filteredOn(DocumentsTest::beginsWithOneOfOurFolders)
        .allSatisfy(path -> assertThat(HOME.resolve(path)).exists());
  }

  private static boolean beginsWithOneOfOurFolders(String text) {
    String folder = text.substring(0, Math.max(0, text.indexOf('/')));
    return !folder.isEmpty()
        && folder.charAt(0) != '.'
        && !NOT_OURS.contains(folder)
        && Files.isDirectory(HOME.resolve(folder));
  }

  /** As Spring Boot binds them: {@code keyledger.token-service.url} is that without its hyphen. */
  @Test
  void whatAServiceCannotStartWithoutIsASettingThatIsNamed() throws IOException {
    Set<String> named = settings();
    Set<String> needed =
        all(NEEDED, sources()).stream()
            .map(setting -> "KEYLEDGER_" + setting.group(1).replace('.', '_').replace("-", ""))
            .map(setting -> setting.toUpperCase(Locale.ROOT))
            .collect(Collectors.toSet());
    assertThat(needed).contains("KEYLEDGER_DATABASE_URL").isSubsetOf(named);
  }

  @Test
  void everySettingThatIsNamedIsOneThatSomethingReads() throws IOException {
    Set<String> words =
        all(WORD, sources()).stream()
            .map(word -> word.group().replace("-", "").toUpperCase(Locale.ROOT))
            .collect(Collectors.toSet());
    assertThat(settings())
        .contains("KEYLEDGER_MAIL_FROM")
        .allSatisfy(setting -> assertThat(words).contains(setting.split("_")));
  }

  /** The first column of the table: a name that begins with {@code _} continues the one before. */
  private static Set<String> settings() throws IOException {
    Set<String> named = new TreeSet<>();
    for (MatchResult row : all(SETTINGS, Files.readString(HOME.resolve("README.md")))) {
      String whole = "";
      for (MatchResult name : all(QUOTED, row.group())) {
        String text = name.group(1);
        whole = text.startsWith("_") ? whole.substring(0, whole.lastIndexOf('_')) + text : text;
        named.add(whole);
      }
    }
    return named;
  }

  private static String sources() throws IOException {
    try (Stream<Path> files = Files.walk(HOME, 14)) {
      var text = new StringBuilder();
      for (Path file : files.filter(DocumentsTest::isOfProduct).toList()) {
        text.append(Files.readString(file));
      }
      return text.toString();
    }
  }

  private static boolean isOfProduct(Path file) {
    String path = HOME.relativize(file).toString();
    return path.contains("src/main/java/") && path.endsWith(".java");
  }

  @Test
  void everyRequirementOfLevels1And2HasOneRow() throws IOException {
    var due = new TreeMap<String, String>();
    for (String section : LEVELS.strip().split("[,\\n]\\s*")) {
      String[] parts = section.split(" ");
      for (int i = 0; i < parts[1].length(); i++) {
        due.put(parts[0] + "." + (i + 1), parts[1].substring(i, i + 1));
      }
    }
    assertThat(due).hasSize(253);

    List<MatchResult> rows = rows();
    assertThat(rows).map(row -> row.group(1)).doesNotHaveDuplicates();
    var there = new TreeMap<String, String>();
    rows.forEach(row -> there.put(row.group(1), row.group(2)));
    assertThat(there).isEqualTo(due);
  }

  @Test
  void itsSumIsThatOfItsRows() throws IOException {
    var states = List.of("met", "**not met**", "deployment", "–");
    List<String> rows = rows().stream().map(row -> row.group(3)).toList();
    assertThat(rows).isSubsetOf(states);

    var counted = new ArrayList<>(List.of(rows.size()));
    states.forEach(
        state -> counted.add((int) rows.stream().filter(row -> row.equals(state)).count()));
    List<MatchResult> said = all(SUM, Files.readString(ASVS));
    assertThat(said).hasSize(1);
    assertThat(Stream.of(1, 2, 3, 4, 5).map(i -> Integer.parseInt(said.getFirst().group(i))))
        .containsExactlyElementsOf(counted);
  }

  @Test
  void whatItsRowsReferToIsDefinedOnceAndNothingElseIs() throws IOException {
    String text = Files.readString(ASVS);
    List<String> defined = all(DEFINED, text).stream().map(name -> name.group(1)).toList();
    assertThat(defined).isNotEmpty();
    assertThat(all(REFERRED, text).stream().map(referred -> referred.group(1)).distinct())
        .containsExactlyInAnyOrderElementsOf(defined);
  }

  private static List<MatchResult> rows() throws IOException {
    return all(ROW, Files.readString(ASVS));
  }

  private static String prose(Path page) throws IOException {
    return CODE.matcher(Files.readString(page)).replaceAll("");
  }

  private static List<MatchResult> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }
}
