package dev.keyledger.command.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Caller;
import dev.keyledger.client.Credential;
import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.client.spring.RequestContexts;
import dev.keyledger.command.leaks.Findings;
import dev.keyledger.command.leaks.FoundSecret;
import dev.keyledger.command.leaks.Leaks;
import dev.keyledger.command.leaks.WaitingReports;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.people.KeysOfSecrets;
import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.people.UnansweredException;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.RequestTrace;
import dev.keyledger.kit.web.bounds.Network;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes secrets that were found where others can read them, in the form in which GitHub's secret
 * scanning tells its partners, and answers in the form in which it takes their feedback. Anybody
 * may report: who has a secret can end its key anyway, and is told nothing here that they didn't
 * know.
 */
@RestController
class LeaksController {
  private static final Logger log = LoggerFactory.getLogger(LeaksController.class);
  private static final int LONGEST_TOKEN = 512;
  private static final int LONGEST_TYPE = 200;
  private static final int LONGEST_URL = 2_048;
  private static final Pattern URL = Pattern.compile("https?://[\\x21-\\x7e]+");
  private static final Pattern SOURCE = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  /** Of what the form gets later nothing is known here, and nothing refused. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Reported(
      @Nullable String token,
      @Nullable String type,
      @Nullable String url,
      @Nullable String source) {
    @Override
    public String toString() {
      return "[reported secret]";
    }
  }

  /**
   * @param tokenHash SHA-256 of the token as it came, hexadecimal
   * @param label {@code true_positive} for a secret of a key, live or ended; {@code false_positive}
   */
  record Feedback(String tokenHash, @Nullable String tokenType, String label) {}

  private final Findings findings;
  private final Leaks leaks;
  private final WaitingReports waiting;
  private final Authenticator authenticator;
  private final RequestContexts contexts;
  private final CommandContextResolver commands;
  private final Clock clock;

  LeaksController(
      Findings findings,
      Leaks leaks,
      WaitingReports waiting,
      Authenticator authenticator,
      RequestContexts contexts,
      CommandContextResolver commands,
      Clock clock) {
    this.findings = findings;
    this.leaks = leaks;
    this.waiting = waiting;
    this.authenticator = authenticator;
    this.contexts = contexts;
    this.commands = commands;
    this.clock = clock;
  }

  /**
   * 202 to who shows no credential, whatever was found; 503 {@code busy} where their network has
   * too much waiting. To who holds {@code leaks.report}: what became of each, in the order in which
   * they came. A platform service and the operator see all keys, anybody else those of their
   * organisation.
   */
  @PostMapping(path = "/v1/leaks", produces = "application/json")
  @PublicEndpoint(because = "who reports a secret has it, and is told nothing without a credential")
  ResponseEntity<List<Feedback>> report(
      @RequestBody List<@Nullable Reported> body, HttpServletRequest request, RequestTrace trace) {
    Optional<Caller> caller = callerOf(request);
    List<Optional<FoundSecret>> found = checked(body);
    List<FoundSecret> secrets = found.stream().flatMap(Optional::stream).toList();
    if (caller.isEmpty()) {
      var origin = new Origin(trace.requestId(), null, trace.traceparent());
      if (!waiting.put(Network.of(contexts.of(request).address()), secrets, origin)) {
        throw Problem.of(503, "busy", "Too many reports are waiting. Try again.")
            .withHeader("Retry-After", "1")
            .toException();
      }
      return ResponseEntity.accepted().cacheControl(CacheControl.noStore()).build();
    }
    Set<String> known = reported(caller.get(), secrets, request, trace);
    var answer = new ArrayList<Feedback>();
    for (int i = 0; i < body.size(); i++) {
      boolean ours = found.get(i).map(FoundSecret::verifier).filter(known::contains).isPresent();
      answer.add(feedback(Body.required(at(i), body.get(i)), ours));
    }
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
  }

  private Optional<Caller> callerOf(HttpServletRequest request) {
    Optional<Caller> caller =
        Credential.in(values(request, "Authorization"), values(request, "X-Api-Key"))
            .map(credential -> authenticator.authenticate(credential, contexts.of(request)));
    if (caller.isPresent() && !caller.get().may(Permissions.LEAKS_REPORT)) {
      throw AccessRefusedException.forbidden().lacking(Permissions.LEAKS_REPORT);
    }
    return caller;
  }

  private static List<String> values(HttpServletRequest request, String header) {
    return Collections.list(request.getHeaders(header));
  }

  private Set<String> reported(
      Caller caller, List<FoundSecret> secrets, HttpServletRequest request, RequestTrace trace) {
    CommandContext context =
        caller.person() != null
            ? commands.contextOf(caller, request, false)
            : new CommandContext(
                Actor.SYSTEM,
                new Origin(trace.requestId(), null, trace.traceparent()),
                clock.instant());
    try {
      return leaks.report(
          secrets, seenBy(caller), context, caller.person() == null ? caller.key() : null);
    } catch (UnansweredException e) {
      log.warn("Whose secrets were reported can't be told: {}", e.getMessage());
      throw Problem.of(503, "unavailable", "Whose they are can't be told just now.")
          .withHeader("Retry-After", "1")
          .toException();
    }
  }

  private static Predicate<OrganizationId> seenBy(Caller caller) {
    return switch (caller.kind()) {
      case OPERATOR, SERVICE -> organization -> true;
      case MEMBER, API_KEY -> organization -> organization.equals(caller.organization());
    };
  }

  private List<Optional<FoundSecret>> checked(List<@Nullable Reported> body) {
    if (body.isEmpty() || body.size() > KeysOfSecrets.AT_ONCE) {
      throw Problem.ofField("body", "1 to " + KeysOfSecrets.AT_ONCE + " secrets").toException();
    }
    var found = new ArrayList<Optional<FoundSecret>>();
    for (int i = 0; i < body.size(); i++) {
      found.add(checked(at(i), Body.required(at(i), body.get(i))));
    }
    return found;
  }

  private Optional<FoundSecret> checked(String at, Reported one) {
    String token = Body.required(at + ".token", one.token());
    must(
        !token.isBlank() && token.length() <= LONGEST_TOKEN,
        at + ".token",
        "1 to " + LONGEST_TOKEN + " characters");
    String type = one.type();
    must(
        type == null || type.length() <= LONGEST_TYPE,
        at + ".type",
        LONGEST_TYPE + " characters at most");
    String url = one.url();
    must(
        url == null || url.isEmpty() || (url.length() <= LONGEST_URL && URL.matcher(url).matches()),
        at + ".url",
        "a URL of http or https, " + LONGEST_URL + " characters at most");
    String source = one.source();
    must(
        source == null || source.isEmpty() || SOURCE.matcher(source).matches(),
        at + ".source",
        "1 to 64 letters, digits, dots, - and _");
    return findings.of(token, url, source == null || source.isEmpty() ? null : source);
  }

  private static void must(boolean holds, String field, String detail) {
    if (!holds) {
      throw Problem.ofField(field, detail).toException();
    }
  }

  private static String at(int index) {
    return "[" + index + "]";
  }

  private static Feedback feedback(Reported one, boolean ours) {
    byte[] token = Body.required("token", one.token()).getBytes(StandardCharsets.UTF_8);
    try {
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token));
      return new Feedback(hash, one.type(), ours ? "true_positive" : "false_positive");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
