package dev.keyledger.testing;

import dev.keyledger.infra.servers.BrokerLogins;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.EmbeddedServers;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import dev.keyledger.infra.services.Wiring;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.TopicRights;
import dev.keyledger.kit.kafka.TopicRights.Holder;
import dev.keyledger.kit.keys.ServerKeySuccession;
import dev.keyledger.kit.keys.ServerKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The platform as real processes, with as many replicas as asked for, one movable clock, and every
 * means to make their lives hard: {@code replica.process().kill()}, {@code pause()}, {@link
 * #restart}, {@link #line}.
 */
public final class Cluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Layout layout;
  private final Path folder;
  private final Servers servers;
  private final Lines lines;
  private final SharedClock clock;
  private final Wiring wiring;
  private final Map<Service, Replicas> replicas = new EnumMap<>(Service.class);
  private final People people;

  private Cluster(Layout layout, Path folder, Lines lines, Servers servers) {
    this.layout = layout;
    this.folder = folder;
    this.servers = servers;
    this.lines = lines;
    this.clock = SharedClock.sharedBy(folder.resolve("clock"));
    ServerKeySuccession.write(
        serverKeysFile(), new ServerKeySuccession(new SecureRandom()).fresh(true));
    var first = new EnumMap<Service, URI>(Service.class);
    for (Service service : Service.values()) {
      var ofService = new Replicas(service, layout.count(service));
      replicas.put(service, ofService);
      first.put(service, ofService.firstUri());
    }
    lines.open(servers.database(), first);
    Database database = servers.database();
    this.wiring =
        new Wiring(
            database,
            servers.bootstrapServers(),
            kafkaLogins().orElse(null),
            service -> serverKeysFile(),
            Objects.requireNonNull(first.get(Service.GATEWAY)),
            first);
    this.people = new People(this);
  }

  /** Starts servers and services, and waits until all are ready. */
  public static Cluster start(Layout layout) {
    try {
      Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
      Path folder = Files.createTempDirectory(target, "cluster-");
      Lines lines = Lines.of(layout);
      Servers servers =
          layout.isEmbedded()
              ? EmbeddedServers.startTemporary(
                  lines.toKafka(),
                  layout.smallDisk(),
                  layout.kafkaLogins() ? BrokerLogins.random(new SecureRandom()) : null)
              : Servers.start();
      var cluster = new Cluster(layout, folder, lines, servers);
      try {
        cluster.startServices();
        return cluster;
      } catch (RuntimeException e) {
        cluster.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for a cluster", e);
    }
  }

  private void startServices() {
    replicas.values().forEach(Replicas::find);
    migrate();
    if (kafkaLogins().isPresent()) {
      var _ = TopicRights.establish(kafka(), Holder::principal);
    }
    FormerReplica.of(kafka(), new RecordSeals(this::serverKeys));
    for (Replicas each : replicas.values()) {
      if (each.service() != Service.DOWNSTREAM) {
        launchAll(each);
      }
    }
    awaitReady();
    if (layout.count(Service.DOWNSTREAM) > 0) {
      // The only service of ours that has to ask for a key first.
      String key = people.platformService("downstream", List.of("keys.verify"));
      of(Service.DOWNSTREAM).set("keyledger.client.api-key", key);
      launchAll(of(Service.DOWNSTREAM));
      awaitReady();
    }
  }

  /** The broker's users, where it tells them apart. */
  public Optional<BrokerLogins> kafkaLogins() {
    return servers instanceof EmbeddedServers embedded
        ? embedded.kafka().logins()
        : Optional.empty();
  }

  /** For clients of Kafka that may do anything. */
  public KafkaSettings kafka() {
    return new KafkaSettings(servers.bootstrapServers(), (short) 1, servers.kafkaProperties());
  }

  /** As {@code ./keyledger migrate} does; at the start this was done already. */
  public void migrate() {
    replicas.values().forEach(each -> each.migration().ifPresent(servers.database()::migrate));
  }

  private void launchAll(Replicas each) {
    for (int i = 0; i < each.count(); i++) {
      launch(each.service(), i);
    }
  }

  private ServiceProcess launch(Service service, int index) {
    var settings = new TreeMap<String, Object>(wiring.settings(service));
    settings.putAll(layout.settings());
    settings.put("keyledger.instance", service.title() + "-" + index + "-" + System.nanoTime());
    settings.putAll(lines.settings(service, index, servers.database()));
    return of(service).launch(index, layout.jvm(), settings, folder);
  }

  private Replicas of(Service service) {
    return Objects.requireNonNull(replicas.get(service));
  }

  /** Waits until every replica that lives is ready. */
  public void awaitReady() {
    replicas.values().stream()
        .flatMap(each -> each.running().stream())
        .forEach(replica -> replica.awaitReady(PATIENCE));
  }

  /**
   * Starts a replica again that has ended, on the same ports, and returns at once; {@link
   * #awaitReady} waits for it.
   */
  public ServiceProcess restart(Service service, int index) {
    replica(service, index).close();
    return launch(service, index);
  }

  /** Starts token-service again with mail set up, or without; letters go into {@link #mail}. */
  public void setUpMail(boolean there) {
    Replicas tokenService = of(Service.TOKEN);
    tokenService.set("keyledger.mail.transport", there ? "folder" : "none");
    tokenService.set("keyledger.mail.folder", mail().toString());
    tokenService.set("keyledger.mail.from", "keyledger@keyledger.test");
    tokenService.set("keyledger.mail.base-url", wiring.baseUrl().toString());
    for (int i = 0; i < tokenService.count(); i++) {
      restart(Service.TOKEN, i);
    }
    awaitReady();
  }

  /** One file per letter, where mail is set up. */
  public Path mail() {
    return folder.resolve("mail");
  }

  public ServiceProcess replica(Service service, int index) {
    return of(service).running().get(index);
  }

  public List<ServiceProcess> replicas(Service service) {
    return of(service).running();
  }

  /** A client of one replica, past the gateway. */
  public Api api(Service service, int index) {
    return Api.at(replica(service, index).uri());
  }

  /** A client of the base URL. */
  public Api gateway() {
    return Api.at(wiring.baseUrl()).watchedBy(DescribedAnswers.canonical()::check);
  }

  /** Who may sign in, and how to make more of them. */
  public People people() {
    return people;
  }

  public SharedClock clock() {
    return clock;
  }

  /** One process's, for a test to set wrong. */
  public ProcessClock clockOf(Service service, int index) {
    return ProcessClock.beside(clock, of(service).clockFile(index, folder));
  }

  public Servers servers() {
    return servers;
  }

  /**
   * @throws IllegalStateException on containers, whose lives are the engine's
   */
  public EmbeddedServers embedded() {
    if (servers instanceof EmbeddedServers embedded) {
      return embedded;
    }
    throw new IllegalStateException("these servers are containers");
  }

  /** Between the last replica of token-service and Kafka. */
  public CuttableLine line() {
    return line(Service.TOKEN, replicas(Service.TOKEN).size() - 1, Peer.KAFKA);
  }

  /**
   * By which that replica reaches that peer.
   *
   * @throws IllegalStateException where the layout has no such line
   */
  public CuttableLine line(Service from, int index, Peer to) {
    return lines.get(from, index, to);
  }

  public ServerKeys serverKeys() {
    try {
      return ServerKeys.parse(Files.readAllBytes(serverKeysFile()));
    } catch (IOException e) {
      throw new UncheckedIOException("the server keys' file", e);
    }
  }

  /** Services read it again within a second or so of a change. */
  public Path serverKeysFile() {
    return folder.resolve("server-keys.json");
  }

  /** One file per replica, to be searched for what must not be there. */
  public Path logs() {
    return folder.resolve("logs");
  }

  /**
   * Without ceremony: an engine may be taking its containers away already, and services that end in
   * order would wait for them.
   */
  @Override
  public void close() {
    List<ServiceProcess> all =
        replicas.values().stream().flatMap(each -> each.running().stream()).toList();
    all.forEach(replica -> replica.process().kill());
    servers.close();
    lines.close();
  }
}
