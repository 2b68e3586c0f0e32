package dev.keyledger.events.subscription;

import org.jspecify.annotations.Nullable;

/**
 * How a collector is sent to, beside its URL. What isn't of its kind is {@code null}.
 *
 * @param index of Splunk, to which events go; {@code null} for the token's own
 * @param sourcetype of Splunk; {@code null} for {@code keyledger:ocsf}
 * @param facility of syslog, 0 to 23; {@code null} for 13 (log audit)
 * @param ca certificates, as PEM, by one of which a receiver of syslog is known; {@code null} for
 *     those that the system trusts
 */
public record CollectorSettings(
    @Nullable String index,
    @Nullable String sourcetype,
    @Nullable Integer facility,
    @Nullable String ca) {
  /** The scheme of the URL that stands for a receiver of syslog: it has none that is registered. */
  public static final String SYSLOG = "syslog+tls://";

  public static final CollectorSettings NONE = new CollectorSettings(null, null, null, null);
}
