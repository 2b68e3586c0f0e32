package dev.keyledger.standalone;

import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicRights;
import dev.keyledger.kit.kafka.TopicRights.Holder;
import dev.keyledger.kit.kafka.UnfitTopicException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclBinding;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes topics and ACLs on any cluster, by the login of who may do that there. */
@Command(
    name = "topics",
    description = "Makes Kafka's topics, and lets each service do there what it needs and no more.",
    mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields before it calls a command.
final class Topics implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--bootstrap-server",
      description = "The brokers (${DEFAULT-VALUE}).",
      defaultValue = "${env:KEYLEDGER_KAFKA_BOOTSTRAPSERVERS:-localhost:9092}")
  private String bootstrapServers;

  @Option(
      names = "--command-config",
      description =
          "A file of properties for the client, as Kafka's own tools take it: the login of a user"
              + " that may make topics and ACLs.")
  private @Nullable Path commandConfig;

  @Option(
      names = "--replication-factor",
      description = "Of topics that are made (${DEFAULT-VALUE}).",
      defaultValue = "${env:KEYLEDGER_KAFKA_REPLICATIONFACTOR:-1}")
  private short replicationFactor;

  @Option(
      names = "--principal",
      description =
          "As whom the brokers know a service where that is not User:keyledger-<service>, for"
              + " example --principal command=User:CN=command.example.com; of command, query, token"
              + " and downstream.")
  private @Nullable Map<String, String> principals;

  @Option(names = "--dry-run", description = "Shows the ACLs alone, and asks no broker.")
  private boolean dryRun;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Map<Holder, String> known = principals();
    if (dryRun) {
      TopicRights.acls(known::get).forEach(acl -> out.println(text(acl)));
      return 0;
    }
    try {
      List<AclBinding> others =
          TopicRights.establish(
              new KafkaSettings(bootstrapServers, replicationFactor, properties()), known::get);
      out.printf(
          Locale.ROOT,
          "The topics are there, and %d ACLs for %d principals.%n",
          TopicRights.acls(known::get).size(),
          known.size());
      if (!others.isEmpty()) {
        out.println("Somebody else has let them do more, which is left as it is:");
        others.forEach(acl -> out.println("  " + text(acl)));
      }
      return 0;
    } catch (UnfitTopicException e) {
      throw new Problem(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      throw new Problem("Kafka refused: " + e.getMessage(), e);
    }
  }

  private Map<Holder, String> principals() {
    var known = new EnumMap<Holder, String>(Holder.class);
    for (Holder holder : Holder.values()) {
      known.put(holder, holder.principal());
    }
    if (principals != null) {
      principals.forEach((name, principal) -> {
        if (!principal.contains(":")) {
          throw new Problem(principal + " is no principal: User:NAME, say.");
        }
        known.put(holder(name), principal);
      });
    }
    return known;
  }

  private static Holder holder(String name) {
    for (Holder holder : Holder.values()) {
      if (holder.name().equalsIgnoreCase(name)) {
        return holder;
      }
    }
    throw new Problem(name + " is no service that uses Kafka.");
  }

  private Map<String, String> properties() {
    var properties = new TreeMap<String, String>();
    if (commandConfig != null) {
      var read = new Properties();
      try (Reader reader = Files.newBufferedReader(commandConfig)) {
        read.load(reader);
      } catch (IOException e) {
        throw new Problem(commandConfig + " cannot be read.", e);
      }
      read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
    }
    return properties;
  }

  private static String text(AclBinding acl) {
    return "%s %s %s %s (%s)"
        .formatted(
            acl.entry().principal(),
            acl.entry().operation(),
            acl.pattern().resourceType(),
            acl.pattern().name(),
            acl.pattern().patternType());
  }
}
