package dev.keyledger.query.projection.follow;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param threads that apply events in this replica, 1 to 8 (there are eight partitions)
 * @param batch events applied in one transaction at most; so many live through no collection of the
 *     heap's young part, or a rebuild costs a quarter more
 */
@ConfigurationProperties("keyledger.projection")
record ProjectionSettings(@DefaultValue("2") int threads, @DefaultValue("2000") int batch) {
  ProjectionSettings {
    if (threads < 1 || threads > 8 || batch < 1) {
      throw new IllegalArgumentException(
          "keyledger.projection: threads is 1 to 8, batch is at least 1");
    }
  }
}
