package dev.keyledger.benchmarks.load;

import java.util.List;

/**
 * One round of load.
 *
 * @param connections kept alive, each with one request under way
 * @param requests whole HTTP/1.1 requests; connection {@code c} of {@code n} sends number {@code
 *     c}, then {@code c + n} and so on, around the list
 * @param expected text that an answer's body has to hold; every hundredth answer is looked at
 */
public record LoadOrder(
    int port, int connections, long millis, List<String> requests, String expected) {
  public LoadOrder {
    requests = List.copyOf(requests);
  }
}
