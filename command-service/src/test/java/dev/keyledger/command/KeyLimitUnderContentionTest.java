package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** G3: no policy limit is exceeded under any concurrency or number of replicas. */
class KeyLimitUnderContentionTest extends CommandServiceTest {

  @Test
  void twoHundredConcurrentCreationsThroughTwoReplicasMakeExactlyFiveKeys() throws Exception {
    RegisteredOrganization organization = organization("incard");
    String owner = member(organization, "owner");
    var start = new CountDownLatch(1);
    List<Future<Replica.Answer>> answers = new ArrayList<>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        Replica replica = i % 2 == 0 ? one : two;
        answers.add(
            clients.submit(() -> {
              start.await();
              return replica.post(owner, organization.keys(), newKey("k", "sandbox"));
            }));
      }
      start.countDown();
    }
    List<Integer> statuses = new ArrayList<>();
    for (Future<Replica.Answer> answer : answers) {
      statuses.add(answer.get().status());
      if (answer.get().status() != 201) {
        assertThat(answer.get().status()).as(answer.get().text()).isEqualTo(409);
        assertThat(answer.get().code()).isEqualTo("key_limit_reached");
      }
    }
    assertThat(statuses).filteredOn(s -> s == 201).hasSize(5);
  }
}
