package dev.keyledger.token.identity.sessions;

import dev.keyledger.client.spring.ClientAddresses;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemWriter;
import dev.keyledger.kit.web.bounds.FairShare;
import dev.keyledger.kit.web.bounds.Network;
import dev.keyledger.token.identity.people.DelayedProblemException;
import dev.keyledger.token.identity.people.Proofs;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Answers a {@link DelayedProblemException} when it is due. Until then its request waits without a
 * thread; how many may is bounded and shared by network, beyond that they are refused at once.
 */
@Component
final class DelayedProblems implements HandlerExceptionResolver, Ordered, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DelayedProblems.class);

  /** Each holds a request and its connection: ten megabytes of them. */
  private static final int MOST_WAITING = 512;

  private final ProblemWriter problems;
  private final GatewayHeaders gateway;
  private final ClientAddresses addresses;
  private final FairShare<Network> waiting = new FairShare<>(MOST_WAITING);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("delayed-problems").daemon(true).factory());

  DelayedProblems(ProblemWriter problems, GatewayHeaders gateway, ClientAddresses addresses) {
    this.problems = problems;
    this.gateway = gateway;
    this.addresses = addresses;
  }

  /** In front of the advice that answers everything else. */
  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception e) {
    if (!(e instanceof DelayedProblemException delayed)) {
      return null;
    }
    Network network = Network.of(addresses.of(request));
    if (waiting.tryTake(network, 1)) {
      answerLater(request, response, delayed, network);
    } else {
      write(response, Proofs.busy());
    }
    return new ModelAndView();
  }

  private void answerLater(
      HttpServletRequest request,
      HttpServletResponse response,
      DelayedProblemException delayed,
      Network network) {
    Problem told = gateway.toldTo(request, delayed.problem());
    AsyncContext async = request.startAsync();
    // Nothing but the timer ends it.
    async.setTimeout(0);
    timer.schedule(
        () -> {
          waiting.giveBack(network, 1);
          // Writing may block, and the timer is everybody's.
          async.start(() -> {
            try {
              write(response, told);
            } finally {
              async.complete();
            }
          });
        },
        delayed.due() - System.nanoTime(),
        TimeUnit.NANOSECONDS);
  }

  private void write(HttpServletResponse response, Problem problem) {
    try {
      problems.write(response, problem);
    } catch (IOException e) {
      log.debug("A client went away before its answer was written");
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
