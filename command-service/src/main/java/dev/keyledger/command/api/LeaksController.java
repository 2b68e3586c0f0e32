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
import java.util.function.Predicate;
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
 * may report, and so end a key whose secret they have; they are told nothing here that they didn't
 * know.
 */
@RestController
class LeaksController {
  private static final Logger log = LoggerFactory.getLogger(LeaksController.class);
  private static final int LONGEST_TOKEN = 512;
  private static final int LONGEST_TYPE = 200;

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
   * 202 to who shows no credential, whatever was found, once it is kept; 503 {@code busy} where
   * their network has too much waiting, {@code unavailable} where it can't be kept. To who holds
   * {@code leaks.report}: what became of each, in the order in which they came. A platform service
   * and the operator see all keys, anybody else those of their organisation.
   */
  @PostMapping(path = "/v1/leaks", produces = "application/json")
  @PublicEndpoint(because = "who reports a secret has it, and is told nothing without a credential")
  ResponseEntity<List<Feedback>> report(
      @RequestBody List<@Nullable Reported> body, HttpServletRequest request, RequestTrace trace) {
    Optional<Caller> caller = callerOf(request);
    List<Optional<FoundSecret>> found = checked(body);
    List<FoundSecret> secrets = found.stream().flatMap(Optional::stream).toList();
    var origin = new Origin(Findings.shownId(trace.requestId()), null, trace.traceparent());
    String address = contexts.of(request).address();
    if (caller.isEmpty()) {
      leaveWaiting(address, secrets, origin);
      return ResponseEntity.accepted().cacheControl(CacheControl.noStore()).build();
    }
    Leaks.Reported reported = reported(caller.get(), secrets, request, origin);
    // What isn't theirs to see is reported as by a stranger; what couldn't be done now, too.
    List<FoundSecret> left =
        secrets.stream()
            .filter(
                one -> reported.isUndone(one) || (!seesAll(caller.get()) && !reported.isKnown(one)))
            .toList();
    if (!left.isEmpty()) {
      leaveWaiting(address, left, origin);
    }
    if (!reported.complete()) {
      throw unavailable();
    }
    var answer = new ArrayList<Feedback>();
    for (int i = 0; i < body.size(); i++) {
      boolean ours = found.get(i).filter(reported::isKnown).isPresent();
      answer.add(feedback(Body.required(at(i), body.get(i)), ours));
    }
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(answer);
  }

  private void leaveWaiting(String address, List<FoundSecret> secrets, Origin origin) {
    switch (waiting.put(address, secrets, origin)) {
      case YES -> {}
      case NO_ROOM ->
          throw Problem.of(503, "busy", "Too many reports are waiting. Try again.")
              .withHeader("Retry-After", "1")
              .toException();
      case NO ->
          throw Problem.of(503, "unavailable", "What was reported can't be kept just now.")
              .withHeader("Retry-After", "1")
              .toException();
    }
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

  private Leaks.Reported reported(
      Caller caller, List<FoundSecret> secrets, HttpServletRequest request, Origin origin) {
    CommandContext context =
        caller.person() != null
            ? commands.contextOf(caller, request, false)
            : new CommandContext(Actor.SYSTEM, origin, clock.instant());
    try {
      return leaks.report(
          secrets,
          seenBy(caller),
          secret -> context,
          caller.person() == null ? caller.key() : null);
    } catch (UnansweredException e) {
      log.warn("Whose secrets were reported can't be told: {}", e.getMessage());
      throw unavailable();
    }
  }

  private static RuntimeException unavailable() {
    return Problem.of(503, "unavailable", "Whose they all are can't be told just now.")
        .withHeader("Retry-After", "1")
        .toException();
  }

  private static boolean seesAll(Caller caller) {
    return caller.kind() == Caller.Kind.OPERATOR || caller.kind() == Caller.Kind.SERVICE;
  }

  private static Predicate<OrganizationId> seenBy(Caller caller) {
    return organization -> seesAll(caller) || organization.equals(caller.organization());
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

  // One item that is odd, as the form's owner makes them, keeps no other from being looked at.
  private Optional<FoundSecret> checked(String at, Reported one) {
    String token = Body.required(at + ".token", one.token());
    if (token.isBlank()) {
      throw Problem.ofField(at + ".token", "A token has characters.").toException();
    }
    return token.length() > LONGEST_TOKEN
        ? Optional.empty()
        : findings.of(token, one.url(), one.source());
  }

  private static String at(int index) {
    return "[" + index + "]";
  }

  private static @Nullable String typeOf(Reported one) {
    String type = one.type();
    return type == null || type.length() <= LONGEST_TYPE ? type : type.substring(0, LONGEST_TYPE);
  }

  private static Feedback feedback(Reported one, boolean ours) {
    byte[] token = Body.required("token", one.token()).getBytes(StandardCharsets.UTF_8);
    try {
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(token));
      return new Feedback(hash, typeOf(one), ours ? "true_positive" : "false_positive");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
