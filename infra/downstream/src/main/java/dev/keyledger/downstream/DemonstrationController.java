package dev.keyledger.downstream;

import dev.keyledger.client.Caller;
import dev.keyledger.client.Credential;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.kit.web.Problem;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** One example resource for each of the published systems. It owns no data: it shows the caller. */
@RestController
class DemonstrationController {
  record Company(String id, String slug) {}

  record Product(String name, String permission) {}

  record Payment(String id) {}

  /** An organisation sees itself; the operator, who belongs to none, sees none. */
  @GetMapping("/developer/companies")
  @Requires("companies.read")
  Map<String, Object> companies(Caller caller) {
    List<Company> companies =
        Stream.of(caller)
            .filter(c -> c.organization() != null && c.slug() != null)
            .map(c -> new Company(c.organization().value(), c.slug()))
            .toList();
    return Map.of("companies", companies, "caller", CallerView.of(caller));
  }

  @GetMapping("/api/v1/client")
  @Requires("clients.read")
  Map<String, Object> client(Caller caller) {
    return Map.of("client", CallerView.of(caller));
  }

  /** What the caller may use of this service. */
  @GetMapping("/api/v1/products")
  @Requires("products.read")
  Map<String, Object> products(Caller caller) {
    List<Product> products =
        Stream.of(
                new Product("companies", "companies.read"),
                new Product("clients", "clients.read"),
                new Product("products", "products.read"),
                new Product("payments", "payments.read"))
            .filter(product -> caller.may(product.permission()))
            .toList();
    return Map.of("products", products, "caller", CallerView.of(caller));
  }

  /** For servers by their secret key itself, not by what one obtained, and for people. */
  @GetMapping("/api/v1/payments")
  @Requires("payments.read")
  Map<String, Object> payments(Caller caller, @RequestHeader HttpHeaders headers) {
    requireSecretKeyOrPerson(caller, headers);
    return Map.of("payments", List.of(), "caller", CallerView.of(caller));
  }

  /** Pays nothing: it is there to be allowed or refused. */
  @PostMapping("/api/v1/payments")
  @ResponseStatus(HttpStatus.CREATED)
  @Requires("payments.write")
  Map<String, Object> pay(Caller caller, @RequestHeader HttpHeaders headers) {
    requireSecretKeyOrPerson(caller, headers);
    var payment = new Payment("pay_" + UUID.randomUUID());
    return Map.of("payment", payment, "caller", CallerView.of(caller));
  }

  private static void requireSecretKeyOrPerson(Caller caller, HttpHeaders headers) {
    if (caller.kind() == Caller.Kind.MEMBER) {
      return;
    }
    String prefix = keyPrefixIn(headers);
    if (!prefix.startsWith("sk_")) {
      throw prefix.isEmpty()
          ? Problem.of(403, "forbidden", "This takes an API key or a member's token.").toException()
          : Problem.of(401, "invalid_credential", "This takes a key that begins with sk_.")
              .toException();
    }
  }

  private static String keyPrefixIn(HttpHeaders headers) {
    return Credential.in(
            headers.getOrEmpty(HttpHeaders.AUTHORIZATION), headers.getOrEmpty("X-Api-Key"))
        .filter(Credential.ApiKey.class::isInstance)
        .flatMap(key -> KeySecret.parse(key.text().revealSecret()))
        .map(KeySecret::keyPrefix)
        .orElse("");
  }
}
