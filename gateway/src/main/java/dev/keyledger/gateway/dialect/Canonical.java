package dev.keyledger.gateway.dialect;

import dev.keyledger.gateway.GatewaySettings;
import dev.keyledger.gateway.Upstream;
import dev.keyledger.gateway.UpstreamFailures;
import dev.keyledger.kit.web.ProblemException;
import java.io.IOException;
import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;

/** The canonical API, as a dialect calls it for its clients. */
@Component
public final class Canonical {
  private static final int LARGEST_ANSWER = 8 * 1024 * 1024;

  private final GatewaySettings settings;
  private final ClientHttpRequestFactory requests;

  Canonical(GatewaySettings settings, ClientHttpRequestFactory requests) {
    this.settings = settings;
    this.requests = requests;
  }

  /** A call with the client's credential and what we know of the client, ready to be sent. */
  public CanonicalCall on(Call call) {
    return new CanonicalCall(this, call);
  }

  /** A resource of programs: judged here, then the affair of the service behind us. */
  public Answer forKeys(Call call) {
    on(call).authorize().requireKey();
    return on(call).forward().orRefuse().asAnswer();
  }

  URI baseOf(Upstream upstream) {
    return settings.urlOf(upstream);
  }

  /**
   * @throws ProblemException 503 or 504 for a service that cannot be asked
   */
  Reply send(Upstream upstream, String method, URI uri, HttpHeaders headers, byte[] body) {
    try {
      ClientHttpRequest request = requests.createRequest(uri, HttpMethod.valueOf(method));
      request.getHeaders().putAll(headers);
      if (body.length > 0) {
        request.getHeaders().setContentLength(body.length);
        request.getBody().write(body);
      }
      try (ClientHttpResponse response = request.execute()) {
        byte[] answered = response.getBody().readNBytes(LARGEST_ANSWER + 1);
        if (answered.length > LARGEST_ANSWER) {
          throw new IOException("an answer of more than " + LARGEST_ANSWER + " bytes");
        }
        return new Reply(response.getStatusCode().value(), response.getHeaders(), answered);
      }
    } catch (IOException e) {
      var unreachable = new ResourceAccessException("no answer from " + upstream, e);
      throw new ProblemException(UpstreamFailures.problemOf(unreachable, upstream));
    }
  }
}
