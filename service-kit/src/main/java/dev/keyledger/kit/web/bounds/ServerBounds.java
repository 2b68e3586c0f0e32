package dev.keyledger.kit.web.bounds;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What clients can take of a server. What isn't set is derived from the heap.
 *
 * @param headDeadline from a head's first byte (of a new connection: from its opening) to its last
 * @param bodyDeadline from the end of the head to the body's last byte, however steadily it comes
 * @param connections at once; by default one per 64 KB of heap
 * @param bodyBytes of bodies that are being read or handled, of all clients together; by default an
 *     eighth of the heap
 * @param requests that are handled at once on threads of their own; as many again may wait
 * @param maxHeaders of one request
 * @param maxWait how long a request may wait for its turn
 */
@ConfigurationProperties("keyledger.bounds")
public record ServerBounds(
    @DefaultValue("PT10S") Duration headDeadline,
    @DefaultValue("PT10S") Duration bodyDeadline,
    @Nullable Integer connections,
    @Nullable DataSize bodyBytes,
    @DefaultValue("1024") int requests,
    @DefaultValue("100") int maxHeaders,
    @DefaultValue("PT1S") Duration maxWait) {

  /**
   * A parsed head of 8 KB, the objects of a connection and of a request under way, and as much
   * again for what is held besides: with 32 KB, 5,000 whole requests ended a gateway of 160 MB.
   */
  private static final long HEAP_PER_CONNECTION = 64 * 1024;

  int connectionsIn(long heap) {
    return connections != null ? connections : (int) Math.min(heap / HEAP_PER_CONNECTION, 100_000);
  }

  long bodyBytesIn(long heap) {
    return bodyBytes != null ? bodyBytes.toBytes() : heap / 8;
  }
}
