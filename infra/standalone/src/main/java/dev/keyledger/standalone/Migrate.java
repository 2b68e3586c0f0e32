package dev.keyledger.standalone;

import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.servers.SchemaMigration;
import dev.keyledger.infra.services.Program;
import dev.keyledger.infra.services.Service;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes and changes the services' tables by their owners' logins, which services never hold. */
@Command(
    name = "migrate",
    description = "Brings the database's schemas to what this release of the services needs.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls a command.
final class Migrate implements Callable<Integer> {
  static final String URL = "KEYLEDGER_DATABASE_URL";

  private final Map<String, String> environment;

  @Spec private CommandSpec spec;

  @Option(
      names = "--schema",
      split = ",",
      description = "Those alone: command, query, token, delivery; all of them if not given.")
  private @Nullable List<String> chosen;

  Migrate() {
    this(System.getenv());
  }

  Migrate(Map<String, String> environment) {
    this.environment = environment;
  }

  /** Where a schema's owner's password is read from: never from arguments, which others can see. */
  static String passwordOf(String schema) {
    return "KEYLEDGER_%s_OWNERPASSWORD".formatted(schema.toUpperCase(Locale.ROOT));
  }

  @Override
  public Integer call() {
    Map<String, Service> schemas = schemas();
    List<String> wanted = chosen == null ? List.copyOf(schemas.keySet()) : chosen;
    String url = setting(URL, "the database, as jdbc:postgresql://host/name");
    // Everything is there before anything is changed.
    for (String schema : wanted) {
      if (!schemas.containsKey(schema)) {
        throw new Problem(schema + " is no schema of ours: " + String.join(", ", schemas.keySet()));
      }
      setting(passwordOf(schema), "the password of " + Logins.owner(schema));
    }
    for (String schema : wanted) {
      migrate(schema, Objects.requireNonNull(schemas.get(schema)), url);
    }
    return 0;
  }

  private static Map<String, Service> schemas() {
    var schemas = new TreeMap<String, Service>();
    Arrays.stream(Service.values())
        .forEach(service -> service.schema().ifPresent(schema -> schemas.put(schema, service)));
    return schemas;
  }

  private void migrate(String schema, Service service, String url) {
    SchemaMigration migration = Program.of(Home.folder(), service).migration().orElseThrow();
    String owner = Logins.owner(schema);
    try {
      var outcome = migration.run(url, owner, setting(passwordOf(schema), ""));
      spec.commandLine()
          .getOut()
          .printf(
              Locale.ROOT,
              "%s: version %s, %d scripts ran%n",
              schema,
              outcome.version(),
              outcome.migrations());
    } catch (FlywayException e) {
      throw new Problem("The schema %s is as it was: %s".formatted(schema, e.getMessage()), e);
    }
  }

  private String setting(String name, String what) {
    return Optional.ofNullable(environment.get(name))
        .filter(value -> !value.isBlank())
        .orElseThrow(() -> new Problem("set %s in the environment: %s.".formatted(name, what)));
  }
}
