package dev.keyledger.gateway;

import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.kit.web.ProblemException;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The platform's API in one document, put together anew once a minute. A service that is away keeps
 * the part that it last told; one that never told makes the whole unavailable rather than partial.
 */
@RestController
class OpenApiController {
  private static final Duration KEPT = Duration.ofMinutes(1);
  private static final List<Upstream> DOCUMENTED =
      List.of(Upstream.COMMAND, Upstream.QUERY, Upstream.TOKEN);

  private final GatewaySettings settings;
  private final RestClient client;
  private final JsonMapper json;
  private final LongSupplier nanoTime = System::nanoTime;
  private final Map<Upstream, JsonNode> told = new EnumMap<>(Upstream.class);
  private volatile @Nullable Merged merged;

  private record Merged(JsonNode document, long at) {}

  OpenApiController(GatewaySettings settings, ClientHttpRequestFactory requests, JsonMapper json) {
    this.settings = settings;
    this.client = RestClient.builder().requestFactory(requests).build();
    this.json = json;
  }

  @GetMapping(path = "/openapi.json", produces = MediaType.APPLICATION_JSON_VALUE)
  @PublicEndpoint(because = "it describes what anybody may call")
  JsonNode document() {
    Merged known = merged;
    return known != null && isRecent(known) ? known.document : mergeAnew();
  }

  private boolean isRecent(Merged one) {
    return nanoTime.getAsLong() - one.at < KEPT.toNanos();
  }

  private synchronized JsonNode mergeAnew() {
    Merged known = merged;
    if (known != null && isRecent(known)) {
      return known.document; // Another request did it while this one waited for the lock.
    }
    var merge = new OpenApiMerge(json, settings.issuer());
    for (Upstream upstream : DOCUMENTED) {
      merge.add(upstream, documentOf(upstream));
    }
    JsonNode document = merge.document();
    merged = new Merged(document, nanoTime.getAsLong());
    return document;
  }

  private JsonNode documentOf(Upstream upstream) {
    try {
      byte[] body = client.get().uri(under(settings.urlOf(upstream))).retrieve().body(byte[].class);
      JsonNode document = json.readTree(body == null ? new byte[0] : body);
      told.put(upstream, document);
      return document;
    } catch (RestClientException | JacksonException e) {
      JsonNode last = told.get(upstream);
      if (last == null) {
        throw new ProblemException(UpstreamFailures.problemOf(e, upstream));
      }
      return last;
    }
  }

  private static URI under(URI base) {
    return URI.create(base.toString().replaceFirst("/$", "") + "/openapi.json");
  }
}
