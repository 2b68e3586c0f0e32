import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

/**
 * Reads what pitest has written, and equivalents.txt, and prints one table of packages and their
 * survivors. Its exit code is 1 where fewer mutants of a package were killed than have to be, or
 * where a mutant is listed that was killed or isn't there.
 */
final class Mutants {
  private static final int LEAST_PERCENT = 90;
  private static final Set<String> NOT_KILLED = Set.of("SURVIVED", "NO_COVERAGE");

  /** Apart from its line, which moves. */
  private record Place(String type, String method, String change, String code) {}

  private record Mutant(
      String type, String file, String method, int line, int index, String change) {
    String packageName() {
      return type.substring(0, type.lastIndexOf('.'));
    }

    String simpleType() {
      return type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
    }
  }

  private final Path home;
  private final Map<Mutant, Boolean> killed = new HashMap<>();
  private final Map<Path, List<String>> sources = new HashMap<>();
  private final Set<String> equivalents = new TreeSet<>();

  private Mutants(Path home) {
    this.home = home;
  }

  /**
   * @param arguments the project's folder, and a file that is older than the reports that count
   */
  public static void main(String[] arguments) throws Exception {
    var mutants = new Mutants(Path.of(arguments[0]));
    FileTime begun = Files.getLastModifiedTime(Path.of(arguments[1]));
    try (var files = Files.walk(mutants.home, 4)) {
      for (Path report :
          files.filter(f -> f.endsWith("pit-reports/mutations.xml")).sorted().toList()) {
        if (Files.getLastModifiedTime(report).compareTo(begun) >= 0) {
          mutants.read(report);
        }
      }
    }
    mutants.readEquivalents();
    System.exit(mutants.print() ? 0 : 1);
  }

  /** One that two modules' tests were tried on is killed where either has killed it. */
  private void read(Path report) throws Exception {
    var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    var all = builder.parse(report.toFile()).getElementsByTagName("mutation");
    for (int i = 0; i < all.getLength(); i++) {
      var one = (Element) all.item(i);
      var mutant =
          new Mutant(
              text(one, "mutatedClass"),
              text(one, "sourceFile"),
              text(one, "mutatedMethod").replaceAll("^lambda\\$(.+)\\$\\d+$", "$1"),
              Integer.parseInt(text(one, "lineNumber")),
              Integer.parseInt(text(one, "index")),
              text(one, "description").replaceAll("[\\w/$]+/", "").replaceAll(" for \\S+$", ""));
      killed.merge(mutant, !NOT_KILLED.contains(one.getAttribute("status")), Boolean::logicalOr);
    }
  }

  private static String text(Element of, String name) {
    return of.getElementsByTagName(name).item(0).getTextContent();
  }

  private void readEquivalents() throws IOException {
    String name = null;
    for (String line : Files.readAllLines(home.resolve("infra/mutants/equivalents.txt"))) {
      if (line.startsWith(" ")) {
        name = null; // Its reason.
      } else if (!line.isBlank() && !line.startsWith("#")) {
        if (name != null) {
          throw new IllegalArgumentException("without a reason: " + name);
        }
        name = line.strip();
        equivalents.add(name);
      }
    }
  }

  private boolean print() throws IOException {
    if (killed.isEmpty()) {
      System.out.println("There are no mutants.");
      return false;
    }
    var byPackage = new TreeMap<String, List<Mutant>>();
    killed
        .keySet()
        .forEach(m -> byPackage.computeIfAbsent(m.packageName(), p -> new ArrayList<>()).add(m));
    Map<Mutant, String> names = names();
    var unused = new TreeSet<String>(equivalents);
    // What is listed of classes that weren't mutated this time is not looked for.
    Set<String> types = new TreeSet<>();
    killed.keySet().forEach(m -> types.add(m.simpleType()));
    unused.removeIf(name -> !types.contains(name.substring(0, name.indexOf('#'))));
    boolean enough = true;
    var survivors = new ArrayList<String>();
    System.out.printf(
        "%-45s %8s %11s %7s %7s%n", "package", "mutants", "equivalent", "killed", "share");
    for (var one : byPackage.entrySet()) {
      int dead = 0;
      int equivalent = 0;
      one.getValue()
          .sort(
              Comparator.comparing(Mutant::type)
                  .thenComparing(Mutant::line)
                  .thenComparing(Mutant::index));
      for (Mutant mutant : one.getValue()) {
        String name = names.get(mutant);
        if (killed.get(mutant)) {
          dead++;
        } else if (equivalents.contains(name)) {
          equivalent++;
          unused.remove(name);
        } else {
          survivors.add("  " + mutant.simpleType() + ":" + mutant.line() + "  " + name);
        }
      }
      int counted = one.getValue().size() - equivalent;
      double share = counted == 0 ? 100 : 100.0 * dead / counted;
      enough &= share >= LEAST_PERCENT;
      System.out.printf(
          "%-45s %8d %11d %7d %6.1f%%%n",
          one.getKey(), one.getValue().size(), equivalent, dead, share);
    }
    if (!survivors.isEmpty()) {
      System.out.println("Survivors:");
      survivors.forEach(System.out::println);
    }
    unused.forEach(
        name -> System.out.println("Listed as equivalent, but killed or not there: " + name));
    if (!enough) {
      System.out.println(
          "Of a package's mutants at least " + LEAST_PERCENT + " % have to be killed.");
    }
    return enough && unused.isEmpty();
  }

  /**
   * As equivalents.txt has them: several of one kind on one line of code are told apart by number.
   */
  private Map<Mutant, String> names() throws IOException {
    var byPlace = new HashMap<Place, List<Mutant>>();
    for (Mutant mutant : killed.keySet()) {
      var place = new Place(mutant.type(), mutant.method(), mutant.change(), codeOf(mutant));
      byPlace.computeIfAbsent(place, p -> new ArrayList<>()).add(mutant);
    }
    var names = new HashMap<Mutant, String>();
    byPlace.forEach((place, mutants) -> {
      mutants.sort(Comparator.comparing(Mutant::line).thenComparing(Mutant::index));
      for (int i = 0; i < mutants.size(); i++) {
        String number = mutants.size() == 1 ? "" : " (" + (i + 1) + ")";
        Mutant mutant = mutants.get(i);
        names.put(
            mutant,
            mutant.simpleType()
                + "#"
                + place.method()
                + ": "
                + place.change()
                + number
                + ": "
                + place.code());
      }
    });
    return names;
  }

  private String codeOf(Mutant mutant) throws IOException {
    Path folder = Path.of(mutant.packageName().replace('.', '/'));
    for (String module :
        List.of("shared-events", "service-kit", "command-service", "token-service")) {
      Path file =
          home.resolve(module).resolve("src/main/java").resolve(folder).resolve(mutant.file());
      if (Files.exists(file)) {
        if (!sources.containsKey(file)) {
          sources.put(file, Files.readAllLines(file));
        }
        return sources.get(file).get(mutant.line() - 1).strip();
      }
    }
    throw new IOException("there is no source of " + mutant.type());
  }
}
