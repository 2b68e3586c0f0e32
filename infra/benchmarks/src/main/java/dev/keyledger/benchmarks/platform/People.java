package dev.keyledger.benchmarks.platform;

import dev.keyledger.benchmarks.seed.SeedPeople;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.infra.services.Api;
import dev.keyledger.infra.services.ServiceProcess;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.keys.PersonKey;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** People whom token-service itself has made, with the data keys that it gives services. */
public final class People {
  private static final String PASSWORD = "a long enough benchmark passphrase";

  private People() {}

  public static SeedPeople at(Platform platform, ServiceProcess tokenService) {
    var tokens = new InternalTokens(platform::keys, Clock.systemUTC());
    Api seeder = Api.at(tokenService.uri()).as(tokens.make(ServicePair.SEEDER_TO_TOKEN));
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < SeedPeople.COUNT; i++) {
      ids.add(
          Operator.require(
                  seeder.post(
                      "/internal/v1/demonstration/people",
                      Map.of("email", "person-" + i + "@keyledger.example", "password", PASSWORD)))
              .text("person"));
    }
    JsonNode answer =
        Operator.require(
                Api.at(tokenService.uri())
                    .as(tokens.make(ServicePair.QUERY_TO_TOKEN))
                    .post("/internal/v1/people/data-keys", Map.of("people", ids)))
            .node("keys");
    Map<PersonId, PersonKey> keys = new HashMap<>();
    for (JsonNode one : answer) {
      var person = new PersonId(one.path("person").stringValue());
      byte[] material = Base64.getUrlDecoder().decode(one.path("material").stringValue());
      keys.put(person, new PersonKey(person, material));
    }
    List<PersonId> people = ids.stream().map(PersonId::new).toList();
    return new SeedPeople(people, people.stream().map(keys::get).toList());
  }
}
