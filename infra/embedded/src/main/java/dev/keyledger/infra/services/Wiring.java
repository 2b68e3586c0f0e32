package dev.keyledger.infra.services;

import dev.keyledger.infra.servers.BrokerLogins;
import dev.keyledger.infra.servers.Database;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How services on one machine find their servers and one another, as settings.
 *
 * @param baseUrl at which clients see the platform; also the issuer of its tokens
 * @param kafkaLogins by which each shows the broker who it is; {@code null} where the broker lets
 *     anybody in
 * @param serverKeys the file of each service's server keys
 * @param services where each listens; the gateway reaches them there
 */
public record Wiring(
    Database database,
    String bootstrapServers,
    @Nullable BrokerLogins kafkaLogins,
    Function<Service, Path> serverKeys,
    URI baseUrl,
    Map<Service, URI> services) {
  private static final List<String> BEHIND_THE_GATEWAY = List.of("127.0.0.1/32", "::1/128");

  /** Receivers of a developer's are on the same machine. */
  private static final List<String> PRIVATE_RECEIVERS = List.of("127.0.0.0/8", "::1/128");

  /** Where a page is that a developer serves on the same machine. */
  private static final List<String> ORIGINS = List.of("http://localhost:3000");

  public Wiring {
    services = Map.copyOf(services);
  }

  /** What a replica of that service has to be told, besides its ports. */
  public Map<String, Object> settings(Service service) {
    var settings = new TreeMap<String, Object>();
    // Known passwords and no TLS: a demonstration and a test are for this machine alone.
    settings.put("server.address", "localhost");
    settings.put("management.server.address", "localhost");
    settings.put("keyledger.demonstration", true);
    settings.put("keyledger.issuer", baseUrl.toString());
    settings.put("keyledger.kafka.bootstrap-servers", bootstrapServers);
    if (kafkaLogins != null) {
      service
          .kafkaUser()
          .map(kafkaLogins::properties)
          .ifPresent(properties ->
              properties.forEach((name, value) ->
                  settings.put("keyledger.kafka.properties[" + name + "]", value)));
    }
    services.forEach(
        (other, uri) -> settings.put("keyledger." + other.title() + ".url", uri.toString()));
    switch (service) {
      case COMMAND, QUERY, TOKEN -> {
        putKeysAndProxies(settings, service);
        settings.putAll(database.settings(service.schema().orElseThrow()));
        // A host that isn't listed, such as localhost, takes keys of every environment.
        settings.put("keyledger.environments-by-host[sandbox.localhost]", "sandbox,test");
        settings.put("keyledger.environments-by-host[production.localhost]", "production,live");
        if (service == Service.COMMAND) {
          putReceivers(settings);
        }
      }
      case DELIVERY -> {
        putKeysAndProxies(settings, service);
        settings.putAll(database.settings(service.schema().orElseThrow()));
        putReceivers(settings);
      }
      case GATEWAY -> {
        settings.put(
            "keyledger.gateway.hosts",
            List.of("sandbox.localhost=sandbox|test", "production.localhost=production|live"));
        settings.put("keyledger.gateway.incrm.origins", ORIGINS);
      }
      case DOWNSTREAM -> settings.put("keyledger.trusted-proxies", BEHIND_THE_GATEWAY);
    }
    return settings;
  }

  private static void putReceivers(Map<String, Object> settings) {
    settings.put("keyledger.subscriptions.allow-private-addresses", PRIVATE_RECEIVERS);
  }

  private void putKeysAndProxies(Map<String, Object> settings, Service service) {
    settings.put(
        "keyledger.server-keys.file", serverKeys.apply(service).toAbsolutePath().toString());
    settings.put("keyledger.trusted-proxies", BEHIND_THE_GATEWAY);
  }
}
