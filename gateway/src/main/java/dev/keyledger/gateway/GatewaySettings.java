package dev.keyledger.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the services are, and how they are spoken to.
 *
 * @param issuer the base URL under which clients see the gateway
 */
@ConfigurationProperties("keyledger")
public record GatewaySettings(
    @DefaultValue("http://localhost:8080") String issuer,
    @DefaultValue Command commandService,
    @DefaultValue Query queryService,
    @DefaultValue Token tokenService,
    @DefaultValue Delivery deliveryService,
    @DefaultValue Downstream downstream,
    @DefaultValue Gateway gateway) {

  record Command(@DefaultValue("http://localhost:8081") URI url) {}

  record Query(@DefaultValue("http://localhost:8082") URI url) {}

  record Token(@DefaultValue("http://localhost:8083") URI url) {}

  record Delivery(@DefaultValue("http://localhost:8085") URI url) {}

  record Downstream(@DefaultValue("http://localhost:8084") URI url) {}

  /**
   * @param hosts {@code host=environment|environment}, or {@code host} for one that takes all
   *     environments, as a host does that isn't listed
   * @param requireListedHost whether requests for any other host are refused
   * @param requireHttps whether credentials over plain HTTP are refused, but for localhost
   * @param connectTimeout until a service takes the connection
   * @param readTimeout between two bytes of a service's answer; longer than the longest wait that a
   *     client may ask for, which is 30 s
   * @param connections to one service at most
   * @param streams to delivery-service at most: each holds a connection for as long as it lasts; by
   *     default one per 128 KB of heap, which leaves half of the connections to others
   */
  record Gateway(
      @DefaultValue List<String> hosts,
      @DefaultValue("false") boolean requireListedHost,
      @DefaultValue("false") boolean requireHttps,
      @DefaultValue("PT1S") Duration connectTimeout,
      @DefaultValue("PT40S") Duration readTimeout,
      @DefaultValue("512") int connections,
      @Nullable Integer streams) {
    private static final int MOST_STREAMS = 20_000;
    private static final int HEAP_PER_STREAM = 128 * 1024;

    int connectionsTo(Upstream upstream) {
      if (upstream != Upstream.DELIVERY) {
        return connections;
      }
      long heap = Runtime.getRuntime().maxMemory();
      return streams != null ? streams : (int) Math.min(MOST_STREAMS, heap / HEAP_PER_STREAM);
    }
  }

  public URI urlOf(Upstream upstream) {
    return switch (upstream) {
      case COMMAND -> commandService.url();
      case QUERY -> queryService.url();
      case TOKEN -> tokenService.url();
      case DELIVERY -> deliveryService.url();
      case DOWNSTREAM -> downstream.url();
    };
  }
}
