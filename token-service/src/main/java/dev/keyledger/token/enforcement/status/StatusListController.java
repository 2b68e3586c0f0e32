package dev.keyledger.token.enforcement.status;

import dev.keyledger.client.spring.ClientAddresses;
import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.bounds.Network;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** For verifiers that can't ask, nor follow. */
@RestController
final class StatusListController {
  private static final String MEDIA_TYPE = "application/" + StatusLists.TYPE;
  private static final Duration LONGEST_BETWEEN = Duration.ofSeconds(5);
  private static final Problem NOT_FOUND =
      Problem.of(404, "status_list_not_found", "There is no such status list.");

  private final StatusLists lists;
  private final ClientAddresses addresses;
  private final CacheControl caching;

  StatusListController(StatusLists lists, ClientAddresses addresses, StatusSettings settings) {
    this.lists = lists;
    this.addresses = addresses;
    Duration between =
        settings.ttl().compareTo(LONGEST_BETWEEN) < 0 ? settings.ttl() : LONGEST_BETWEEN;
    this.caching = CacheControl.maxAge(between).cachePublic();
  }

  /**
   * The list as a signed token (draft-ietf-oauth-status-list-21, section 8.1): a bit for each
   * place, 1 where a token of it no longer holds as it was issued. A cache between may keep it for
   * five seconds; how long a verifier may, the token says.
   *
   * @return 404 where no token of it is alive
   */
  @GetMapping(path = "/status-lists/{list}", produces = MEDIA_TYPE)
  @PublicEndpoint(because = "who verifies a token may have nothing to show but the token's word")
  ResponseEntity<byte[]> statusList(@PathVariable String list, HttpServletRequest request) {
    String token =
        lists
            .find(parse(list), Network.of(addresses.of(request)))
            .orElseThrow(NOT_FOUND::toException);
    return ResponseEntity.ok()
        .cacheControl(caching)
        .contentType(MediaType.parseMediaType(MEDIA_TYPE))
        .body(token.getBytes(StandardCharsets.US_ASCII));
  }

  private static UUID parse(String text) {
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (IllegalArgumentException e) {
      // Nor is there a list of that name.
    }
    throw NOT_FOUND.toException();
  }
}
