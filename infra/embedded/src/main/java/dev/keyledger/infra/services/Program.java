package dev.keyledger.infra.services;

import dev.keyledger.infra.servers.SchemaMigration;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * A service as a plain Java program. Its executable jar is laid out flat beside it, since a nested
 * jar starts slower and cannot be shared between JVMs; jars that several services carry lie there
 * once.
 *
 * @param classPath in the jar's own order, absolute
 */
public record Program(Service service, List<Path> classPath, String mainClass) {
  private static final String LIBRARIES = "BOOT-INF/lib/";

  /**
   * @param home the root of the built project
   * @throws IllegalStateException when the service has not been built
   */
  public static Program of(Path home, Service service) {
    Path target = home.resolve(service.folder()).resolve("target").toAbsolutePath().normalize();
    Path executable = only(target, "keyledger-" + service.title(), "-exec.jar");
    Path plain =
        executable.resolveSibling(executable.getFileName().toString().replace("-exec.jar", ".jar"));
    Path libraries = home.resolve("infra/embedded/target/libraries").toAbsolutePath().normalize();
    try (var jar = new JarFile(executable.toFile())) {
      Files.createDirectories(libraries);
      var classPath = new ArrayList<Path>();
      classPath.add(plain);
      for (String name : namesInOrder(jar)) {
        classPath.add(laidOut(jar, name, libraries));
      }
      String main = jar.getManifest().getMainAttributes().getValue("Start-Class");
      return new Program(service, List.copyOf(classPath), Objects.requireNonNull(main));
    } catch (IOException e) {
      throw new UncheckedIOException(executable + " could not be laid out", e);
    }
  }

  /** With another place to find classes in, after its own. */
  public Program and(Path place) {
    var more = new ArrayList<Path>(classPath);
    more.add(place);
    return new Program(service, List.copyOf(more), mainClass);
  }

  /** Of the service's schema, by the scripts that this build of it carries; none without one. */
  public Optional<SchemaMigration> migration() {
    return service
        .schema()
        .map(schema ->
            new SchemaMigration(
                schema, new URLClassLoader(new URL[] {scripts()}, Program.class.getClassLoader())));
  }

  private URL scripts() {
    try {
      return classPath.getFirst().toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(classPath.getFirst().toString(), e);
    }
  }

  public String classPathText() {
    return String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList());
  }

  private static Path only(Path target, String title, String suffix) {
    if (Files.isDirectory(target)) {
      try (var files = Files.list(target)) {
        var found =
            files
                .filter(f -> f.getFileName().toString().startsWith(title + "-"))
                .filter(f -> f.getFileName().toString().endsWith(suffix))
                .findFirst();
        if (found.isPresent()) {
          return found.get();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(target.toString(), e);
      }
    }
    throw new IllegalStateException(
        title + " has not been built: package the whole project first (./keyledger build)");
  }

  private static List<String> namesInOrder(JarFile jar) throws IOException {
    ZipEntry index = jar.getEntry("BOOT-INF/classpath.idx");
    try (InputStream in = jar.getInputStream(index)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .map(line -> line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')))
          .filter(name -> name.startsWith(LIBRARIES))
          .toList();
    }
  }

  /**
   * The name holds the entry's checksum: another content is another file, and a running service
   * keeps the one that it started with.
   */
  private static Path laidOut(JarFile jar, String name, Path libraries) throws IOException {
    ZipEntry entry = Objects.requireNonNull(jar.getEntry(name), name);
    String simple = name.substring(LIBRARIES.length(), name.length() - ".jar".length());
    Path target = libraries.resolve(simple + "." + Long.toHexString(entry.getCrc()) + ".jar");
    if (Files.exists(target)) {
      return target;
    }
    Path partial = Files.createTempFile(libraries, simple, ".partial");
    try (InputStream in = jar.getInputStream(entry)) {
      Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
    }
    try {
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException another) {
      Files.deleteIfExists(partial);
    }
    return target;
  }
}
