package dev.keyledger.infra.servers;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.jspecify.annotations.Nullable;

/** A real Kafka broker in a process of its own, on a folder that is kept. */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Servers of the tests' own class path that a broker neither needs nor should log through. */
  private static final Pattern NOT_FOR_A_BROKER =
      Pattern.compile(
          "(spring|axon|tomcat|hibernate|junit|log4j-to-slf4j|log4j-slf4j)[^/]*\\.jar$");

  /** A broker that runs for minutes is better compiled; one for a test or a trial starts sooner. */
  private static final boolean QUICK_TO_START =
      Boolean.parseBoolean(System.getProperty("keyledger.broker.quick-to-start", "true"));

  private final String classPath;
  private final Path data;
  private final Path log;
  private final int port;
  private final int controllerPort;
  private final List<Line> lines;
  private final @Nullable BrokerLogins logins;
  private @Nullable ChildProcess broker;

  private EmbeddedKafka(
      String classPath,
      Path data,
      Path log,
      int port,
      int controllerPort,
      List<Line> lines,
      @Nullable BrokerLogins logins) {
    this.classPath = classPath;
    this.data = data;
    this.log = log;
    this.port = port;
    this.controllerPort = controllerPort;
    this.lines = List.copyOf(lines);
    this.logins = logins;
  }

  /**
   * Starts the broker and waits until it answers.
   *
   * @param data the broker's folder, made if absent
   * @param log the broker's log, appended to
   * @param port of the loopback interface, free; likewise the controller's
   */
  public static EmbeddedKafka start(Path data, Path log, int port, int controllerPort) {
    return start(data, log, port, controllerPort, List.of(), null);
  }

  /**
   * @param lines other ways to the broker, by each of which a test can cut off a process that takes
   *     it
   * @param logins of those whom the broker lets in; then it knows them, and they may do what ACLs
   *     say. Without, anybody may do anything
   */
  public static EmbeddedKafka start(
      Path data,
      Path log,
      int port,
      int controllerPort,
      List<Line> lines,
      @Nullable BrokerLogins logins) {
    var kafka =
        new EmbeddedKafka(
            classPathOfThisProcess(),
            data.toAbsolutePath(),
            log.toAbsolutePath(),
            port,
            controllerPort,
            lines,
            logins);
    kafka.restart();
    return kafka;
  }

  /**
   * @param listens the port at which the broker listens for it
   * @param advertised the port at which the broker says that it is to be reached by it
   */
  public record Line(int listens, int advertised) {}

  public String bootstrapServers() {
    return "localhost:" + port;
  }

  /**
   * The broker's folder: a test may take it away, or put another there, while the broker is down.
   */
  public Path data() {
    return data;
  }

  public ChildProcess process() {
    if (broker == null) {
      throw new IllegalStateException("Kafka has not been started");
    }
    return broker;
  }

  /** Starts the broker on its folder and ports again after {@link ChildProcess#kill} or a stop. */
  public void restart() {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=" + (QUICK_TO_START ? 1 : 4),
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "-Dlogback.configurationFile=dev/keyledger/infra/servers/broker-logback.xml",
            BrokerMain.class.getName(),
            data.toString(),
            Integer.toString(port),
            Integer.toString(controllerPort)));
    for (Line line : lines) {
      command.add(Integer.toString(line.listens()));
      command.add(Integer.toString(line.advertised()));
    }
    var environment = new HashMap<>(Map.of("CLASSPATH", classPath));
    if (logins != null) {
      environment.put(BrokerMain.SUPERUSER_PASSWORD, logins.revealPassword(BrokerLogins.SUPERUSER));
    }
    broker = ChildProcess.start("Kafka", command, environment, "TERM", log);
    awaitAnswer();
    if (logins != null) {
      introduce(logins);
    }
  }

  /** The broker keeps what it needs to recognise a password, and never the password. */
  private void introduce(BrokerLogins logins) {
    var users = new ArrayList<UserScramCredentialAlteration>();
    logins
        .passwords()
        .forEach((user, password) -> {
          if (!user.equals(BrokerLogins.SUPERUSER)) {
            users.add(
                new UserScramCredentialUpsertion(
                    user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4_096), password));
          }
        });
    try (Admin admin = Admin.create(asSuperuser())) {
      admin.alterUserScramCredentials(users).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("Kafka took no logins; see " + log, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kafka started", e);
    }
  }

  /** For a client that may do anything. */
  private HashMap<String, Object> asSuperuser() {
    var settings = new HashMap<String, Object>(superuserProperties());
    settings.put("bootstrap.servers", bootstrapServers());
    return settings;
  }

  /** What a client that may do anything has to be told, beside where the broker is. */
  public Map<String, String> superuserProperties() {
    return logins == null ? Map.of() : logins.properties(BrokerLogins.SUPERUSER);
  }

  public Optional<BrokerLogins> logins() {
    return Optional.ofNullable(logins);
  }

  private void awaitAnswer() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!answers()) {
      if (!process().isAlive()) {
        throw new IllegalStateException("Kafka ended while starting; see " + log);
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("Kafka did not answer in " + PATIENCE + "; see " + log);
      }
    }
  }

  private boolean answers() {
    if (Ports.isFree(port)) {
      pause();
      return false;
    }
    HashMap<String, Object> settings = asSuperuser();
    settings.put("default.api.timeout.ms", "2000");
    settings.put("request.timeout.ms", "2000");
    try (Admin admin = Admin.create(settings)) {
      return !admin.describeCluster().nodes().get().isEmpty();
    } catch (ExecutionException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kafka started", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Kafka started", e);
    }
  }

  /** Surefire hides the class path in a jar's manifest and gives it in a property. */
  private static String classPathOfThisProcess() {
    String whole =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(whole)
        .filter(entry -> !NOT_FOR_A_BROKER.matcher(entry).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Override
  public void close() {
    process().stop(Duration.ofSeconds(20));
  }
}
