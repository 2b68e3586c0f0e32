package dev.keyledger.integration.faults;

import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.SignIn;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * An owner who creates, rotates and revokes keys without pause in an organisation of their own, by
 * turns through every replica. Whatever isn't answered is asked again, with the same {@code
 * Idempotency-Key}; what was answered with success is remembered.
 */
final class Client implements Runnable {
  private static final Duration AFTER_A_FAULT = Duration.ofMillis(100);

  /**
   * A command that was answered with success.
   *
   * @param position that the answer gave; the event is there or before
   */
  record Acknowledged(String organization, long position, String type, String key) {}

  /** A key that was made; whether it was revoked since is the ledger's to say. */
  record Issued(String organization, String key, String secret) {}

  /** The newest are told; all would take longer with each. */
  private static final int TOLD = 20;

  /** So many are kept alive, well below the limit. */
  private static final int KEPT = 3;

  private final Cluster cluster;
  private final Organization organization;
  private final Member owner;
  private final ConcurrentLinkedQueue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
  private final List<Issued> kept = new CopyOnWriteArrayList<>();
  private final Deque<Issued> issued = new ConcurrentLinkedDeque<>();
  private final ConcurrentLinkedQueue<String> surprises = new ConcurrentLinkedQueue<>();
  private volatile boolean going = true;
  private String token;
  private int turn;

  Client(Cluster cluster) {
    this.cluster = cluster;
    this.organization = UnderLoad.setUp(() -> cluster.people().liveOrganization("standard"));
    this.owner = UnderLoad.setUp(() -> cluster.people().join(organization, "owner"));
    this.token = owner.token();
  }

  Organization organization() {
    return organization;
  }

  ConcurrentLinkedQueue<Acknowledged> acknowledged() {
    return acknowledged;
  }

  /** The first keys, which are never revoked, and the newest. */
  List<Issued> issued() {
    return Stream.concat(kept.stream(), issued.stream()).toList();
  }

  /** Answers that no fault explains. */
  ConcurrentLinkedQueue<String> surprises() {
    return surprises;
  }

  /** After what it is at. */
  void stop() {
    going = false;
  }

  @Override
  public void run() {
    String keys = organization.path() + "/keys";
    for (int i = 0; going && surprises.isEmpty(); i++) {
      Optional<Answer> created =
          command(keys, Map.of("name", "key " + i, "environment", "test"), "key.created");
      if (created.isEmpty()) {
        return;
      }
      String key = created.get().text("key.id");
      var made = new Issued(organization.id(), key, created.get().text("secret"));
      if (i < KEPT) {
        kept.add(made);
        continue;
      }
      remember(made);
      if (i % 3 == 0) {
        command(keys + "/" + key + "/rotate", Map.of(), "key.rotated");
      }
      command(keys + "/" + key + "/revoke", Map.of(), "key.revoked");
    }
  }

  private void remember(Issued one) {
    issued.addLast(one);
    if (issued.size() > TOLD) {
      issued.removeFirst();
    }
  }

  private Optional<Answer> command(String path, Map<String, ?> body, String type) {
    String once = UUID.randomUUID().toString();
    while (true) {
      try {
        Answer answer =
            cluster
                .api(Service.COMMAND, turn++ % cluster.replicas(Service.COMMAND).size())
                .as(token)
                .with("Idempotency-Key", once)
                .with("Prefer", "wait=0")
                .post(path, body);
        if (answer.isSuccess()) {
          acknowledged.add(
              new Acknowledged(
                  organization.id(),
                  Long.parseLong(answer.header("Keyledger-Position")),
                  type,
                  answer.text("key.id")));
          return Optional.of(answer);
        }
        if (answer.status() == 401) {
          token = signedInAgain();
        } else if (answer.status() < 500) {
          surprises.add(path + ": " + answer);
          return Optional.empty();
        } else if (answer.status() == 500) {
          surprises.add(path + ": " + answer);
        }
      } catch (UncheckedIOException noAnswer) {
        // A replica that has just been killed; the next turn is another's.
      }
      pause();
    }
  }

  private String signedInAgain() {
    var signIn = new SignIn(owner.email(), People.PASSWORD, null, organization.slug());
    for (int i = 0; ; i++) {
      int replica = i % cluster.replicas(Service.TOKEN).size();
      try {
        Answer session = signIn.at(cluster.api(Service.TOKEN, replica), cluster.clock());
        if (session.isSuccess()) {
          return session.text("access_token");
        }
      } catch (UncheckedIOException noAnswer) {
        // As above.
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(AFTER_A_FAULT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the load was interrupted", e);
    }
  }
}
