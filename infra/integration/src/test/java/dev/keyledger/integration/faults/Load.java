package dev.keyledger.integration.faults;

import static org.awaitility.Awaitility.await;

import dev.keyledger.integration.faults.Client.Acknowledged;
import dev.keyledger.integration.faults.Client.Issued;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Organization;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Several clients at once, for as long as a test makes trouble. */
final class Load implements AutoCloseable {
  private final List<Client> clients;
  private final List<Thread> threads;

  Load(Cluster cluster, int count) {
    clients = Stream.generate(() -> new Client(cluster)).limit(count).toList();
    threads = clients.stream().map(Thread.ofVirtual()::start).toList();
  }

  List<Organization> organizations() {
    return clients.stream().map(Client::organization).toList();
  }

  List<Acknowledged> acknowledged() {
    return clients.stream().flatMap(client -> client.acknowledged().stream()).toList();
  }

  List<Issued> issued() {
    return clients.stream().flatMap(client -> client.issued().stream()).toList();
  }

  List<String> surprises() {
    return clients.stream().flatMap(client -> client.surprises().stream()).toList();
  }

  /** Waits until every client has had so many more answers, so that a fault falls into work. */
  void awaitProgress(int commands) {
    for (Client client : clients) {
      int goal = client.acknowledged().size() + commands;
      await()
          .atMost(Duration.ofSeconds(120))
          .until(() -> client.acknowledged().size() >= goal || !client.surprises().isEmpty());
    }
  }

  @Override
  public void close() throws InterruptedException {
    clients.forEach(Client::stop);
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
