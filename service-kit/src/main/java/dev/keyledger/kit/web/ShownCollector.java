package dev.keyledger.kit.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.SyslogPlace;
import org.jspecify.annotations.Nullable;

/**
 * How a collector is sent to, among its subscription's other fields. What isn't of its kind, or
 * wasn't told, isn't there.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ShownCollector(
    @Nullable String index,
    @Nullable String sourcetype,
    @Nullable String host,
    @Nullable Integer port,
    @Nullable Integer facility,
    @Nullable String ca) {
  /**
   * @param settings {@code null} of what is no collector
   */
  public static @Nullable ShownCollector of(String url, @Nullable CollectorSettings settings) {
    if (settings == null) {
      return null;
    }
    boolean isSyslog = url.startsWith(CollectorSettings.SYSLOG);
    SyslogPlace place = isSyslog ? SyslogPlace.of(url) : null;
    return new ShownCollector(
        settings.index(),
        settings.sourcetype(),
        place == null ? null : place.host(),
        place == null ? null : place.port(),
        settings.facility(),
        settings.ca());
  }

  public CollectorSettings settings() {
    return new CollectorSettings(index, sourcetype, facility, ca);
  }
}
