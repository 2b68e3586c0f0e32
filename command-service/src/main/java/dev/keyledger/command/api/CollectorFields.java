package dev.keyledger.command.api;

import dev.keyledger.command.organization.CollectorChange;
import dev.keyledger.command.organization.FreshSigningSecret;
import dev.keyledger.command.organization.Refusal.InvalidUrl;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.SyslogPlace;
import dev.keyledger.kit.net.ReachableAddresses;
import dev.keyledger.kit.net.TrustedCertificates;
import dev.keyledger.kit.web.Problem;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a client says of a collector, as far as it can be judged without its organisation. */
@Component
class CollectorFields {
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,512}");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[?[0-9A-Fa-f:.]{2,45}\\]?");

  /** Before it is read. */
  private static final int LONGEST_PEM = 10_000;

  private final ReachableAddresses reachable;
  private final FreshSecrets secrets;

  CollectorFields(ReachableAddresses reachable, FreshSecrets secrets) {
    this.reachable = reachable;
    this.secrets = secrets;
  }

  /** The URL of an event collector. */
  String url(String url) {
    reachable
        .faultOf(url)
        .ifPresent(fault -> {
          throw new InvalidUrl(fault).toException();
        });
    return url;
  }

  /**
   * The URL that stands for a receiver of syslog, judged as that of a web server would be.
   *
   * @param port {@code null} for the usual one
   */
  String syslog(String host, @Nullable Integer port) {
    int there = port == null ? SyslogPlace.PORT : port;
    if (there < 1 || there > 65_535) {
      throw Problem.ofField("port", "1 to 65535").toException();
    }
    if (!HOST.matcher(host).matches()) {
      throw Problem.ofField("host", "a name of a host, or an address, in ASCII").toException();
    }
    boolean isBare = host.indexOf(':') >= 0 && !host.startsWith("[");
    String named = isBare ? "[" + host + "]" : host;
    reachable
        .faultOf("https://" + named + ":" + there)
        .ifPresent(fault -> {
          throw Problem.ofField("host", fault).toException();
        });
    return new SyslogPlace(named, there).url();
  }

  /** That an event collector is shown; of what is no token nothing is in the refusal. */
  FreshSigningSecret token(String token) {
    if (!TOKEN.matcher(token).matches()) {
      throw Problem.ofField("token", "1 to 512 visible ASCII characters, without blanks")
          .toException();
    }
    return secrets.shown(token);
  }

  /** Nothing is shown. */
  FreshSigningSecret noToken() {
    return secrets.shown("");
  }

  CollectorSettings settings(SubscriptionCommands.NewSubscription body) {
    return new CollectorSettings(
        body.index(), body.sourcetype(), body.facility(), body.ca() == null ? null : ca(body.ca()));
  }

  CollectorChange change(SubscriptionCommands.Update body) {
    return new CollectorChange(
        body.token() == null ? null : token(body.token()),
        body.index(),
        body.sourcetype(),
        body.facility(),
        body.ca() == null || body.ca().isEmpty() ? body.ca() : ca(body.ca()));
  }

  private static String ca(String pem) {
    if (pem.length() > LONGEST_PEM) {
      throw Problem.ofField("ca", "at most " + LONGEST_PEM + " characters").toException();
    }
    return TrustedCertificates.of(pem)
        .orElseThrow(
            () -> Problem.ofField("ca", "1 to 10 certificates of X.509 as PEM").toException())
        .pem();
  }
}
