package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.command.Replica.Answer;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.unitofwork.DefaultUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.Repository;
import org.junit.jupiter.api.Test;

/** Commands of one organisation take turns, and the rest of the service does not wait with them. */
class WaitingCommandsTest extends CommandServiceTest {
  /** More than there are connections. */
  private static final int WAITING = 20;

  @Test
  void commandsThatWaitForTheirTurnLeaveTheConnectionsToOthers() {
    RegisteredOrganization busy = organization("standard");
    RegisteredOrganization other = organization("standard");
    String owner = member(busy, "owner");
    String otherOwner = member(other, "owner");
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      UnitOfWork<?> turn = takeTheTurnOf(busy);
      List<Future<Answer>> waiting;
      try {
        waiting =
            IntStream.range(0, WAITING)
                .mapToObj(i ->
                    clients.submit(() ->
                        one.post(
                            owner,
                            busy.keys(),
                            newKey("k" + i, "live"),
                            "Idempotency-Key",
                            "waiting-" + i)))
                .toList();
        await().atMost(Duration.ofSeconds(30)).until(() -> activeRequests() >= WAITING);

        Answer answer = one.post(otherOwner, other.keys(), newKey("k", "live"));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(waiting).noneMatch(Future::isDone);
      } finally {
        turn.rollback();
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> waiting.stream().allMatch(Future::isDone));
      assertThat(waiting).allMatch(answer -> answer.resultNow().status() == 201);
    }
  }

  /** As a command would that never comes to its end. */
  private static UnitOfWork<?> takeTheTurnOf(RegisteredOrganization organization) {
    UnitOfWork<?> turn = DefaultUnitOfWork.startAndGet(new GenericMessage<>("turn"));
    one.context().getBean(Repository.class).load(organization.id());
    return turn;
  }

  private static int activeRequests() {
    return one
        .context()
        .getBean(MeterRegistry.class)
        .find("http.server.requests.active")
        .longTaskTimers()
        .stream()
        .mapToInt(LongTaskTimer::activeTasks)
        .sum();
  }
}
