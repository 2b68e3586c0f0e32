package dev.keyledger.standalone;

import dev.keyledger.infra.services.Service;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/**
 * All ports follow from the first, which is the base URL's: services next to it, servers after
 * them, management a thousand higher.
 */
record Ports(int base) {
  private static final int MANAGEMENT = 1000;
  private static final int HIGHEST = 65_535;

  Ports {
    if (base < 1 || base + MANAGEMENT + Service.values().length > HIGHEST) {
      throw new Problem("--port has to be between 1 and 64529, not " + base + ".");
    }
  }

  int of(Service service) {
    return base
        + switch (service) {
          case GATEWAY -> 0;
          case COMMAND -> 1;
          case QUERY -> 2;
          case TOKEN -> 3;
          case DOWNSTREAM -> 4;
          case DELIVERY -> 5;
        };
  }

  int managementOf(Service service) {
    return of(service) + MANAGEMENT;
  }

  int postgres() {
    return base + 6;
  }

  int kafka() {
    return base + 7;
  }

  int kafkaController() {
    return base + 8;
  }

  URI baseUrl() {
    return URI.create("http://localhost:" + base);
  }

  URI uriOf(Service service) {
    return URI.create("http://localhost:" + of(service));
  }

  /**
   * @throws Problem that names the first port in use, who needs it and how to choose others
   */
  void requireFree() {
    users()
        .forEach((port, user) -> {
          if (!dev.keyledger.infra.servers.Ports.isFree(port)) {
            throw new Problem(
                "port "
                    + port
                    + ", which "
                    + user
                    + " needs, is in use; choose others with --port N (N to N+8 and N+1000 to"
                    + " N+1005 are taken; N is "
                    + base
                    + " now).");
          }
        });
  }

  private Map<Integer, String> users() {
    var users = new TreeMap<Integer, String>();
    for (Service service : Service.values()) {
      users.put(of(service), service.title());
      users.put(managementOf(service), service.title() + " (management)");
    }
    users.put(postgres(), "PostgreSQL");
    users.put(kafka(), "Kafka");
    users.put(kafkaController(), "Kafka (controller)");
    return users;
  }
}
