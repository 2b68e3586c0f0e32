package clients;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import java.security.Principal;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.security.oauth2.resource.servlet.JwkSetUriJwtDecoderBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An organisation's service with one resource, on the Boot before ours. */
@SpringBootApplication
@EnableMethodSecurity
@RestController
public class ClientsApplication {
  public static void main(String[] args) {
    SpringApplication.run(ClientsApplication.class, args);
  }

  /** The one line: access tokens say that they are such (RFC 9068), and Boot 3 takes nothing but JWT. */
  @Bean
  JwkSetUriJwtDecoderBuilderCustomizer accessTokensOnly() {
    return decoder -> decoder.jwtProcessorCustomizer(
        processor -> processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt"))));
  }

  @GetMapping("/clients")
  @PreAuthorize("hasAuthority('SCOPE_clients.read')")
  Map<String, String> clients(Principal caller) {
    return Map.of("caller", caller.getName());
  }
}
