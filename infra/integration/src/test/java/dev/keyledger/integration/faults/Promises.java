package dev.keyledger.integration.faults;

import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.SignIn;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * G4 without pause: makes keys and sessions, ends them, and once an ending was reported in force
 * asks every replica about it again and again, and the organisation's own services, whose word is
 * waited for. One that accepts is a promise that was broken; of a token, the platform's services
 * that verify by themselves have their time to hear of it.
 */
final class Promises implements AutoCloseable {
  /** The newest are asked about; all would take longer with each. */
  private static final int ASKED_ABOUT = 8;

  /**
   * For how long a service that verifies by itself may go on taking an access token for good that
   * was ended: its {@code max-staleness}.
   */
  private static final Duration KNOWN_EVERYWHERE = Duration.ofSeconds(2);

  /**
   * @param inForce by {@link System#nanoTime}, when that was told
   */
  private record Ended(String credential, long inForce) {
    boolean isKnownEverywhere() {
      return System.nanoTime() - inForce > KNOWN_EVERYWHERE.toNanos();
    }
  }

  private final Cluster cluster;
  private final Organization organization;
  private final Member owner;
  private final Followers followers;
  private final AtomicInteger[] accepted;
  private final List<Ended> endedSecrets = new CopyOnWriteArrayList<>();
  private final List<Ended> endedTokens = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
  private final AtomicInteger made = new AtomicInteger();
  private final Thread maker;
  private final Thread asker;
  private volatile boolean going = true;

  Promises(Cluster cluster) {
    this.cluster = cluster;
    this.organization = UnderLoad.setUp(() -> cluster.people().liveOrganization("standard"));
    this.owner = UnderLoad.setUp(() -> cluster.people().join(organization, "owner"));
    this.followers = new Followers(cluster, organization, owner);
    this.accepted =
        followers.services().stream()
            .map(service -> new AtomicInteger())
            .toArray(AtomicInteger[]::new);
    endAKey(owner.token());
    endASession();
    maker = Thread.ofVirtual().start(this::make);
    asker = Thread.ofVirtual().start(this::ask);
  }

  /** Answers that accepted what had ended. */
  List<String> broken() {
    return List.copyOf(broken);
  }

  List<FollowingService> followers() {
    return followers.services();
  }

  /** How often each of the followers took a token whose session goes on. */
  List<Integer> acceptedByFollowers() {
    return Stream.of(accepted).map(AtomicInteger::get).toList();
  }

  /** How many endings were reported in force. */
  int made() {
    return made.get();
  }

  private void make() {
    while (going) {
      String token = endASession();
      if (token != null) {
        endAKey(token);
        showToFollowers(token);
      }
    }
  }

  /** So that one which refuses everything isn't taken for one that hears of everything. */
  private void showToFollowers(String token) {
    for (int i = 0; i < accepted.length; i++) {
      Api follower = followers.apis().get(i);
      Answer answer = answerOf(() -> follower.as(token).get("/"));
      if (answer != null && answer.isSuccess()) {
        accepted[i].incrementAndGet();
      }
    }
  }

  private void endAKey(String token) {
    Answer created =
        answerOf(() ->
            cluster
                .gateway()
                .as(token)
                .post(
                    organization.path() + "/keys",
                    Map.of("name", "promised", "environment", "test")));
    if (created == null || !created.isSuccess()) {
      return;
    }
    Answer revoked =
        answerOf(() ->
            cluster
                .gateway()
                .as(token)
                .with("Prefer", "wait=10")
                .post(organization.path() + "/keys/" + created.text("key.id") + "/revoke"));
    if (revoked != null && revoked.node("receipt.in_force").asBoolean(false)) {
      promised(endedSecrets, created.text("secret"));
    }
  }

  /** The token of a session that goes on; {@code null} where nobody could sign in. */
  private @Nullable String endASession() {
    Answer ending = signedIn();
    if (ending != null) {
      String token = ending.text("access_token");
      Answer ended =
          answerOf(() ->
              cluster.gateway().as(token).with("Prefer", "wait=10").delete("/v1/sessions/current"));
      if (ended != null && "true".equals(ended.header("Keyledger-In-Force"))) {
        promised(endedTokens, token);
      }
    }
    Answer going = signedIn();
    return going == null ? null : going.text("access_token");
  }

  private @Nullable Answer signedIn() {
    var signIn = new SignIn(owner.email(), People.PASSWORD, null, organization.slug());
    Answer session = answerOf(() -> signIn.at(cluster.gateway(), cluster.clock()));
    return session != null && session.isSuccess() ? session : null;
  }

  private void promised(List<Ended> ended, String credential) {
    made.incrementAndGet();
    ended.add(new Ended(credential, System.nanoTime()));
  }

  private void ask() {
    while (going) {
      for (String secret : newest(endedSecrets)) {
        everywhere("a revoked key", token -> token.as(secret).post("/v1/authorize"));
        atFollowers("a revoked key", secret);
      }
      for (String ended : newest(endedTokens)) {
        everywhere("an ended session", token -> token.as(ended).get("/v1/sessions"));
        atFollowers("an ended session", ended);
      }
      for (String ended : newest(endedTokens.stream().filter(Ended::isKnownEverywhere).toList())) {
        whoVerifiesByItself(ended);
      }
    }
  }

  private void whoVerifiesByItself(String ended) {
    noteIfAccepted(
        "a read with an ended session",
        () -> cluster.api(Service.QUERY, 0).as(ended).get(organization.path() + "/keys"));
    for (int replica = 0; replica < cluster.replicas(Service.COMMAND).size(); replica++) {
      Api command = cluster.api(Service.COMMAND, replica);
      noteIfAccepted(
          "a command with an ended session",
          () ->
              command
                  .as(ended)
                  .with("Prefer", "wait=0")
                  .post(
                      organization.path() + "/keys",
                      Map.of("name", "never", "environment", "test")));
    }
  }

  private static List<String> newest(List<Ended> all) {
    List<Ended> now = List.copyOf(all);
    return now.subList(Math.max(0, now.size() - ASKED_ABOUT), now.size()).stream()
        .map(Ended::credential)
        .toList();
  }

  private interface Question {
    Answer ask(Api token);
  }

  private void everywhere(String what, Question question) {
    for (int replica = 0; replica < cluster.replicas(Service.TOKEN).size(); replica++) {
      Api token = cluster.api(Service.TOKEN, replica);
      noteIfAccepted(what, () -> question.ask(token));
    }
  }

  private void atFollowers(String what, String credential) {
    for (FollowingService service : followers.services()) {
      noteIfAccepted(what + " at a follower", () -> service.api().as(credential).get("/"));
    }
  }

  private void noteIfAccepted(String what, Supplier<Answer> request) {
    Answer answer = answerOf(request);
    if (answer != null && answer.isSuccess()) {
      broken.add(what + ": " + answer);
    }
  }

  /** {@code null} where nobody answers, as happens while something is down. */
  private static @Nullable Answer answerOf(Supplier<Answer> request) {
    try {
      return request.get();
    } catch (RuntimeException noAnswer) {
      return null;
    }
  }

  @Override
  public void close() throws InterruptedException {
    going = false;
    maker.join();
    asker.join();
    followers.close();
  }
}
