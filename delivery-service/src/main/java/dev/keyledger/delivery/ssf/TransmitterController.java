package dev.keyledger.delivery.ssf;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.delivery.set.SecurityEvents;
import dev.keyledger.delivery.set.SetSigner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a receiver of security events finds out by itself. */
@RestController
class TransmitterController {
  private final SecurityEvents events;
  private final SetSigner signer;

  TransmitterController(SecurityEvents events, SetSigner signer) {
    this.events = events;
    this.signer = signer;
  }

  record Scheme(String specUrn) {}

  /**
   * @param specVersion of the framework
   * @param defaultSubjects of whom a stream tells that was asked for nothing in particular
   */
  record Transmitter(
      @JsonProperty("spec_version") String specVersion,
      String issuer,
      String jwksUri,
      List<String> deliveryMethodsSupported,
      String configurationEndpoint,
      String statusEndpoint,
      String addSubjectEndpoint,
      String removeSubjectEndpoint,
      String verificationEndpoint,
      List<Scheme> authorizationSchemes,
      String defaultSubjects) {}

  /** SSF 1.0, section 7.1: transmitter configuration metadata. */
  @GetMapping("/.well-known/ssf-configuration")
  @PublicEndpoint(because = "a receiver reads it before it has anything to show")
  Transmitter configuration() {
    String issuer = events.issuer();
    return new Transmitter(
        "1_0",
        issuer,
        issuer + "/.well-known/ssf-jwks.json",
        List.of(StreamJson.PUSH, StreamJson.POLL),
        issuer + "/v1/ssf/streams",
        issuer + "/v1/ssf/status",
        issuer + "/v1/ssf/subjects/add",
        issuer + "/v1/ssf/subjects/remove",
        issuer + "/v1/ssf/verification",
        List.of(new Scheme("urn:ietf:rfc:6749"), new Scheme("urn:ietf:rfc:6750")),
        "ALL");
  }

  /** RFC 7517. No access token is signed by any of them, nor verified by any. */
  @GetMapping("/.well-known/ssf-jwks.json")
  @PublicEndpoint(because = "public keys are for everybody")
  ResponseEntity<Map<String, Object>> jwks() {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(Duration.ofMinutes(1)).cachePublic())
        .body(signer.jwks());
  }
}
