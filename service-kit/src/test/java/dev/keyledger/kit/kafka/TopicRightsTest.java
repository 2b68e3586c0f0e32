package dev.keyledger.kit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.Topics;
import dev.keyledger.infra.servers.BrokerLogins;
import dev.keyledger.infra.servers.EmbeddedKafka;
import dev.keyledger.infra.servers.Ports;
import dev.keyledger.kit.kafka.TopicRights.Holder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a broker lets each do, once the table has become its ACLs. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TopicRightsTest {
  private static final List<String> NAMES = Topics.ALL.stream().map(Topics.Spec::name).toList();

  @TempDir private static Path folder;
  private static final BrokerLogins LOGINS = BrokerLogins.random(new SecureRandom());
  private static EmbeddedKafka kafka;

  @BeforeAll
  static void aBrokerThatTellsClientsApart() throws Exception {
    List<Integer> ports = Ports.free(2);
    kafka =
        EmbeddedKafka.start(
            folder.resolve("kafka"),
            folder.resolve("kafka.log"),
            ports.get(0),
            ports.get(1),
            List.of(),
            LOGINS);
    KafkaSettings superuser = settings(kafka.superuserProperties());
    try (Admin admin = superuser.admin();
        var producer = new KafkaProducer<String, byte[]>(superuser.producer())) {
      TopicGuard.ensure(admin, Topics.ALL, (short) 1);
      assertThat(TopicRights.grant(admin, Holder::principal)).isEmpty();
      for (String topic : NAMES) {
        producer.send(new ProducerRecord<>(topic, 0, "key", new byte[1])).get();
      }
    }
  }

  @AfterAll
  static void end() {
    kafka.close();
  }

  private static KafkaSettings settings(Map<String, String> properties) {
    return new KafkaSettings(kafka.bootstrapServers(), (short) 1, properties);
  }

  private static KafkaSettings of(Holder holder) {
    return settings(LOGINS.properties(holder.user()));
  }

  private static Set<String> topics(Holder holder, AclOperation operation) {
    var topics = new TreeSet<String>();
    TopicRights.of(holder).stream()
        .filter(right -> right.type() == ResourceType.TOPIC)
        .filter(right -> right.operations().contains(operation))
        .forEach(right -> topics.add(right.name()));
    return topics;
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void eachWritesToWhatTheTableSaysAndToNothingElse(Holder holder) throws Exception {
    var written = new TreeSet<String>();
    for (String topic : NAMES) {
      try (var producer = new KafkaProducer<String, byte[]>(of(holder).producer())) {
        producer.send(new ProducerRecord<>(topic, 0, "key", new byte[1])).get();
        written.add(topic);
      } catch (ExecutionException | KafkaException e) {
        // Who may write nothing at all may be told so before there is anything to send.
        assertThat(e.getCause()).isInstanceOf(AuthorizationException.class);
      }
    }
    assertThat(written).isEqualTo(topics(holder, AclOperation.WRITE));
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void eachReadsWhatTheTableSaysAndNothingElse(Holder holder) {
    var read = new TreeSet<String>();
    for (String topic : NAMES) {
      try (var consumer = new KafkaConsumer<String, byte[]>(of(holder).consumer())) {
        var partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seek(partition, 0);
        assertThat(consumer.poll(Duration.ofSeconds(10))).isNotEmpty();
        read.add(topic);
      } catch (TopicAuthorizationException e) {
        assertThat(e.unauthorizedTopics()).containsExactly(topic);
      }
    }
    assertThat(read).isEqualTo(topics(holder, AclOperation.READ));
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void nobodyDeletesOrMakesWhatTheTableDoesNotSay(Holder holder) {
    try (Admin admin = of(holder).admin()) {
      for (String topic : NAMES) {
        if (!topics(holder, AclOperation.DELETE).contains(topic)) {
          refused(admin.deleteTopics(List.of(topic)).all(), TopicAuthorizationException.class);
        }
        if (!topics(holder, AclOperation.CREATE).contains(topic)) {
          refused(
              admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all(),
              TopicAuthorizationException.class);
        }
        refused(
            admin
                .incrementalAlterConfigs(
                    Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(
                            new AlterConfigOp(
                                new ConfigEntry("retention.ms", "1"), AlterConfigOp.OpType.SET))))
                .all(),
            TopicAuthorizationException.class);
      }
      refused(
          admin.createTopics(List.of(new NewTopic("another", 1, (short) 1))).all(),
          TopicAuthorizationException.class);
    }
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void nobodyChangesWhoMayDoWhat(Holder holder) {
    try (Admin admin = of(holder).admin()) {
      refused(
          admin.createAcls(TopicRights.acls(any -> holder.principal())).all(),
          AuthorizationException.class);
      refused(
          admin
              .alterUserScramCredentials(
                  List.of(
                      new UserScramCredentialUpsertion(
                          Holder.COMMAND.user(),
                          new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4_096),
                          "mine")))
              .all(),
          AuthorizationException.class);
    }
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void theRelaysTransactionsAreCommandServicesAlone(Holder holder) {
    var config = new TreeMap<>(of(holder).producer());
    config.put("transactional.id", TopicRights.RELAY_TRANSACTIONS);
    try (var producer = new KafkaProducer<String, byte[]>(config)) {
      if (holder == Holder.COMMAND) {
        producer.initTransactions();
      } else {
        assertThatThrownBy(producer::initTransactions)
            .isInstanceOf(TransactionalIdAuthorizationException.class);
      }
    }
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void theViewsGroupsAreQueryServicesAlone(Holder holder) {
    var config = new TreeMap<>(of(holder).consumer());
    config.put("group.id", TopicRights.QUERY_GROUPS + "1");
    try (var consumer = new KafkaConsumer<String, byte[]>(config)) {
      consumer.subscribe(List.of(Topics.REVOCATIONS));
      if (holder == Holder.QUERY) {
        assertThat(consumer.poll(Duration.ofSeconds(10))).isNotEmpty();
      } else {
        assertThatThrownBy(() -> consumer.poll(Duration.ofSeconds(10)))
            .isInstanceOf(GroupAuthorizationException.class);
      }
    }
  }

  @Order(1)
  @Test
  void aWrongPasswordOpensNothing() {
    var another = BrokerLogins.random(new SecureRandom());
    for (String user : LOGINS.passwords().keySet()) {
      try (Admin admin = settings(another.properties(user)).admin()) {
        refused(admin.listTopics().names(), SaslAuthenticationException.class);
      }
    }
  }

  @Order(1)
  @Test
  void rightsThatSomebodyElseGaveAreTold() throws Exception {
    try (Admin admin = settings(kafka.superuserProperties()).admin()) {
      var more =
          TopicRights.acls(any -> Holder.DOWNSTREAM.principal()).stream()
              .filter(acl -> acl.pattern().name().equals(Topics.ACCESS))
              .filter(acl -> acl.entry().operation() == AclOperation.READ)
              .toList();
      admin.createAcls(more).all().get();
      await()
          .untilAsserted(
              () -> assertThat(TopicRights.grant(admin, Holder::principal)).isEqualTo(more));
      admin.deleteAcls(more.stream().map(acl -> acl.toFilter()).toList()).all().get();
      await()
          .untilAsserted(() -> assertThat(TopicRights.grant(admin, Holder::principal)).isEmpty());
    }
  }

  /** Last: it takes away what others look at. */
  @Order(2)
  @Test
  void whoMayMakeATopicAnewDoes() {
    for (Holder holder : Holder.values()) {
      for (String topic : topics(holder, AclOperation.DELETE)) {
        try (Admin admin = of(holder).admin()) {
          Topics.Spec spec =
              Topics.ALL.stream().filter(one -> one.name().equals(topic)).findFirst().orElseThrow();
          String before = await().ignoreExceptions().until(() -> id(admin, topic), any -> true);
          TopicGuard.makeAnew(admin, spec, before, (short) 1, System::nanoTime);
          await()
              .ignoreExceptions()
              .untilAsserted(() -> assertThat(id(admin, topic)).isNotEqualTo(before));
        }
      }
    }
  }

  /** A service that may not make topics waits for the one that does. */
  @Order(3)
  @Test
  void whoMayNotMakeTopicsWaitsForThem() throws Exception {
    try (Admin superuser = settings(kafka.superuserProperties()).admin();
        Admin token = of(Holder.TOKEN).admin();
        Admin command = of(Holder.COMMAND).admin()) {
      superuser.deleteTopics(List.of(Topics.USAGE)).all().get();
      await().until(() -> !token.listTopics().names().get().contains(Topics.USAGE));
      var waiting =
          CompletableFuture.runAsync(() -> TopicGuard.ensure(token, Topics.ALL, (short) 1));
      TopicGuard.ensure(command, Topics.ALL, (short) 1);
      assertThat(waiting).succeedsWithin(Duration.ofSeconds(30));
    }
  }

  private static String id(Admin admin, String topic) {
    var ids = new AdminTopicIds(() -> admin);
    return String.valueOf(ids.ask(Set.of(topic)).join().get(topic));
  }

  private static void refused(KafkaFuture<?> asked, Class<? extends Throwable> by) {
    assertThatThrownBy(asked::get).hasCauseInstanceOf(by);
  }
}
