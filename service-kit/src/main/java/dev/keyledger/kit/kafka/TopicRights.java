package dev.keyledger.kit.kafka;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.keyledger.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What each service needs of Kafka, and nothing more. Brokers' ACLs are made from this table, and
 * SECURITY.md shows it.
 */
public final class TopicRights {
  /** Whose transactions nobody else may begin or end. */
  public static final String RELAY_TRANSACTIONS = "keyledger-relay";

  /** What the names of query-service's groups begin with. */
  public static final String QUERY_GROUPS = "keyledger-query-";

  private static final String ANY_HOST = "*";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Who is given rights. The gateway doesn't use Kafka. */
  public enum Holder {
    COMMAND,
    QUERY,
    TOKEN,
    DELIVERY,
    /** The demonstration of a service that the platform protects. */
    DOWNSTREAM;

    /** Its user's name, unless a cluster calls it otherwise. */
    public String user() {
      return "keyledger-" + name().toLowerCase(Locale.ROOT);
    }

    /** As brokers name that user. */
    public String principal() {
      return "User:" + user();
    }
  }

  /**
   * @param name of the topic, transactional id or groups
   */
  public record Right(
      ResourceType type, String name, PatternType pattern, Set<AclOperation> operations) {
    public Right {
      operations = Set.copyOf(new TreeSet<>(operations));
    }

    private static Right topic(String name, AclOperation... operations) {
      return new Right(ResourceType.TOPIC, name, PatternType.LITERAL, Set.of(operations));
    }

    /** Settings and ends of topics, without their records: each service checks all at its start. */
    private static Right looksAtTopics() {
      return new Right(
          ResourceType.TOPIC,
          "keyledger.",
          PatternType.PREFIXED,
          Set.of(DESCRIBE, DESCRIBE_CONFIGS));
    }
  }

  // command-service makes any topic that is missing; those that can be filled again are deleted
  // where Kafka has set them back, by whoever fills them.
  private static final Map<Holder, List<Right>> TABLE =
      Map.of(
          Holder.COMMAND,
          List.of(
              Right.looksAtTopics(),
              Right.topic(Topics.EVENTS, READ, WRITE, CREATE, DELETE),
              Right.topic(Topics.ACCESS, WRITE, CREATE, DELETE),
              Right.topic(Topics.REVOCATIONS, READ, WRITE, CREATE, DELETE),
              Right.topic(Topics.SUBSCRIPTIONS, WRITE, CREATE, DELETE),
              Right.topic(Topics.ACKS, READ, CREATE),
              Right.topic(Topics.USAGE, CREATE),
              Right.topic(Topics.ACTIVITY, WRITE, CREATE),
              Right.topic(Topics.RELAY, READ, WRITE, CREATE),
              new Right(
                  ResourceType.TRANSACTIONAL_ID,
                  RELAY_TRANSACTIONS,
                  PatternType.LITERAL,
                  Set.of(WRITE))),
          Holder.QUERY,
          List.of(
              Right.looksAtTopics(),
              Right.topic(Topics.EVENTS, READ),
              Right.topic(Topics.REVOCATIONS, READ),
              Right.topic(Topics.USAGE, READ),
              Right.topic(Topics.ACTIVITY, READ),
              new Right(ResourceType.GROUP, QUERY_GROUPS, PatternType.PREFIXED, Set.of(READ))),
          Holder.TOKEN,
          List.of(
              Right.looksAtTopics(),
              Right.topic(Topics.ACCESS, READ),
              Right.topic(Topics.REVOCATIONS, READ, WRITE, CREATE, DELETE),
              Right.topic(Topics.ACKS, READ, WRITE),
              Right.topic(Topics.USAGE, WRITE),
              Right.topic(Topics.ACTIVITY, WRITE),
              Right.topic(Topics.RELAY, READ)),
          Holder.DELIVERY,
          List.of(
              Right.looksAtTopics(),
              Right.topic(Topics.EVENTS, READ),
              Right.topic(Topics.REVOCATIONS, READ),
              Right.topic(Topics.SUBSCRIPTIONS, READ),
              Right.topic(Topics.ACTIVITY, READ),
              Right.topic(Topics.ACKS, WRITE)),
          Holder.DOWNSTREAM,
          List.of(Right.topic(Topics.REVOCATIONS, READ)));

  private TopicRights() {}

  public static List<Right> of(Holder holder) {
    return TABLE.getOrDefault(holder, List.of());
  }

  /**
   * @param principals as the brokers name each holder, {@code User:…}
   */
  public static List<AclBinding> acls(Function<Holder, String> principals) {
    var acls = new ArrayList<AclBinding>();
    for (Holder holder : Holder.values()) {
      for (Right right : of(holder)) {
        for (AclOperation operation : new TreeSet<>(right.operations())) {
          acls.add(
              new AclBinding(
                  new ResourcePattern(right.type(), right.name(), right.pattern()),
                  new AccessControlEntry(
                      principals.apply(holder), ANY_HOST, operation, AclPermissionType.ALLOW)));
        }
      }
    }
    return List.copyOf(acls);
  }

  /**
   * Makes the platform's topics, and lets each do what the table says.
   *
   * @return as {@link #grant}
   * @throws UnfitTopicException for the first topic that breaks a guarantee
   */
  public static List<AclBinding> establish(
      KafkaSettings settings, Function<Holder, String> principals) {
    try (Admin admin = settings.admin()) {
      TopicGuard.ensure(admin, Topics.ALL, settings.replicationFactor());
      return grant(admin, principals);
    }
  }

  /**
   * Lets each do what the table says. Safe to repeat; what is there already stays.
   *
   * @return what these principals may beside that, by ACLs that somebody else has made
   * @throws KafkaException when the cluster refuses, or has no authorizer
   */
  public static List<AclBinding> grant(Admin admin, Function<Holder, String> principals) {
    List<AclBinding> table = acls(principals);
    try {
      admin.createAcls(table).all().get();
      // The controller has them; the brokers, which obey them, hear of it a moment later.
      long start = System.nanoTime();
      List<AclBinding> known = known(admin, principals);
      while (!known.containsAll(table)) {
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          throw new KafkaException("the brokers don't show the ACLs that were made");
        }
        Thread.sleep(PAUSE);
        known = known(admin, principals);
      }
      return known.stream().filter(acl -> !table.contains(acl)).toList();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException k ? k : new KafkaException(e.getCause());
    }
  }

  private static List<AclBinding> known(Admin admin, Function<Holder, String> principals)
      throws ExecutionException, InterruptedException {
    var known = new ArrayList<AclBinding>();
    for (Holder holder : Holder.values()) {
      var filter =
          new AclBindingFilter(
              ResourcePatternFilter.ANY,
              new AccessControlEntryFilter(
                  principals.apply(holder), null, AclOperation.ANY, AclPermissionType.ANY));
      known.addAll(admin.describeAcls(filter).values().get());
    }
    return known;
  }
}
