package dev.keyledger.kit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.events.Topics;
import dev.keyledger.infra.servers.Servers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TopicGuardTest {
  private static Servers.Broker broker;
  private static KafkaSettings settings;
  private static Admin admin;

  @BeforeAll
  static void start() {
    broker = Servers.forTests().freshBroker();
    settings = KafkaSettings.of(broker.bootstrapServers());
    admin = settings.admin();
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void servicesThatStartAtOnceMakeTheTopicsTogether() throws Exception {
    CompletableFuture<?>[] services =
        IntStream.range(0, 4)
            .mapToObj(i -> CompletableFuture.runAsync(() -> TopicGuard.ensure(settings)))
            .toArray(CompletableFuture[]::new);

    CompletableFuture.allOf(services).get();

    assertThat(admin.listTopics().names().get())
        .containsAll(Topics.ALL.stream().map(Topics.Spec::name).toList());
    assertThatCode(() -> TopicGuard.ensure(settings)).doesNotThrowAnyException();
  }

  @Test
  void aKafkaThatIsNotThereYetIsWaitedFor() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var impatient =
        new KafkaSettings(
            "localhost:" + port,
            (short) 1,
            Map.of("default.api.timeout.ms", "1000", "request.timeout.ms", "900"));
    var attempts = new CountDownLatch(2);
    CompletableFuture<Void> start =
        CompletableFuture.runAsync(() -> TopicGuard.ensure(impatient, attempts::countDown));
    assertThat(attempts.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(start).isNotDone();

    try (var comes = new Forwarder(port, broker.bootstrapServers())) {
      assertThat(start).succeedsWithin(Duration.ofSeconds(60));
    }
  }

  @Test
  void aKafkaThatRefusesIsNoMatterOfTime() {
    var mistaken =
        new KafkaSettings(broker.bootstrapServers(), (short) 1, Map.of("security.protocol", "X"));
    assertThatThrownBy(() -> TopicGuard.ensure(mistaken)).isInstanceOf(KafkaException.class);
  }

  /** A way to the broker from another port. */
  private static final class Forwarder implements AutoCloseable {
    private final ServerSocket server;
    private final String broker;

    Forwarder(int port, String broker) throws IOException {
      this.server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
      this.broker = broker;
      Thread.ofVirtual().start(this::run);
    }

    private void run() {
      while (!server.isClosed()) {
        try {
          Socket client = server.accept();
          String[] address = broker.split(":");
          var upstream = new Socket(address[0], Integer.parseInt(address[1]));
          Thread.ofVirtual().start(() -> copy(client, upstream));
          Thread.ofVirtual().start(() -> copy(upstream, client));
        } catch (IOException e) {
          return;
        }
      }
    }

    private static void copy(Socket from, Socket to) {
      try (from;
          to) {
        from.getInputStream().transferTo(to.getOutputStream());
      } catch (IOException e) {
        // One side has gone, and the other goes with it.
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  @Test
  void aTopicWithOtherPartitionsIsRefused() throws Exception {
    var spec = new Topics.Spec("guard.partitions", 8, Map.of("cleanup.policy", "delete"));
    admin.createTopics(List.of(new NewTopic(spec.name(), 3, (short) 1))).all().get();

    assertThatThrownBy(() -> TopicGuard.ensure(admin, List.of(spec), (short) 1))
        .isInstanceOf(UnfitTopicException.class)
        .hasMessage(
            "Topic guard.partitions has partitions 3, but a guarantee needs 8; change the topic or"
                + " give the platform another cluster.");
  }

  @Test
  void aTopicThatForgetsIsRefused() throws Exception {
    var spec =
        new Topics.Spec(
            "guard.retention", 1, Map.of("cleanup.policy", "delete", "retention.ms", "-1"));
    TopicGuard.ensure(admin, List.of(spec), (short) 1);
    set(spec.name(), "retention.ms", "86400000");

    assertThatThrownBy(() -> TopicGuard.ensure(admin, List.of(spec), (short) 1))
        .hasMessageContaining("guard.retention has retention.ms 86400000")
        .hasMessageContaining("needs -1");
  }

  @Test
  void aTopicThatMayLoseWhatWasAcknowledgedIsRefused() throws Exception {
    var spec = new Topics.Spec("guard.unclean", 1, Map.of("cleanup.policy", "compact"));
    TopicGuard.ensure(admin, List.of(spec), (short) 1);
    set(spec.name(), "unclean.leader.election.enable", "true");

    assertThatThrownBy(() -> TopicGuard.ensure(admin, List.of(spec), (short) 1))
        .hasMessageContaining("unclean.leader.election.enable true");
  }

  @Test
  void aTopicWithFewerReplicasThanAskedForIsRefused() {
    var spec = new Topics.Spec("guard.replicas", 1, Map.of("cleanup.policy", "compact"));
    TopicGuard.ensure(admin, List.of(spec), (short) 1);

    assertThatThrownBy(() -> TopicGuard.ensure(admin, List.of(spec), (short) 3))
        .hasMessageContaining("has replicas 1")
        .hasMessageContaining("at least 3");
  }

  @Test
  void clientSettingsThatContradictAGuaranteeAreRefused() {
    Stream.of(
            Map.of("acks", "1"),
            Map.of("enable.idempotence", "false"),
            Map.of("isolation.level", "read_uncommitted"),
            Map.of("transactional.id", "mine"))
        .forEach(properties ->
            assertThatThrownBy(() -> new KafkaSettings("localhost:1", (short) 1, properties))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(properties.keySet().iterator().next()));
  }

  private static void set(String topic, String name, String value) throws Exception {
    var change = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    admin
        .incrementalAlterConfigs(
            Map.of(new ConfigResource(ConfigResource.Type.TOPIC, topic), List.of(change)))
        .all()
        .get();
  }
}
