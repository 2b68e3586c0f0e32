package dev.keyledger.conformance.stock.resource;

import java.security.Principal;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An organisation's service with one resource. How callers are authenticated is Spring Security's
 * affair and a matter of settings; nothing in here knows of Keyledger.
 */
@SpringBootApplication
@EnableMethodSecurity
@RestController
public class ClientsApplication {
  public static void main(String[] args) {
    SpringApplication.run(ClientsApplication.class, args);
  }

  /** The type of access tokens (RFC 9068); without a word Spring Security takes none but JWT. */
  @Bean
  JwtTypeValidator accessTokensOnly() {
    return new JwtTypeValidator("at+jwt");
  }

  @GetMapping("/clients")
  @PreAuthorize("hasAuthority('SCOPE_clients.read')")
  Map<String, String> clients(Principal caller) {
    return Map.of("caller", caller.getName());
  }
}
