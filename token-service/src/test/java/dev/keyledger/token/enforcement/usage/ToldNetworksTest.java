package dev.keyledger.token.enforcement.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.usage.ToldNetworks.From;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ToldNetworksTest {
  private static final String NETWORK = "198.51.100.0/24";

  private final TestTenant tenant = new TestTenant(new TestServerKeys());
  private final TestTenant.Key key = tenant.key("live");
  private final AccessState state = new AccessState();
  private final PersonKey owners = new PersonKey(tenant.ownerPerson, new byte[32]);
  private final Map<PersonId, PersonKey> people = new HashMap<>(Map.of(tenant.ownerPerson, owners));
  private final ToldNetworks networks =
      new ToldNetworks(
          state,
          asked ->
              people.keySet().stream()
                  .filter(asked::contains)
                  .collect(Collectors.toMap(one -> one, people::get)),
          new SecureRandom());
  private final From from = new From(key.id.uuid(), NETWORK);

  @BeforeEach
  void known() {
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
    state.apply(key.record());
  }

  @Test
  void whereKeysActForTheirCreatorsTheirNetworksAreUnderTheCreatorsKey() {
    Activity.Network told = networks.of(List.of(from)).get(from);

    assertThat(told.name()).isNull();
    assertThat(owners.unseal(told.sealed())).contains(NETWORK);
  }

  @Test
  void ofWhoWasErasedNoneIsTold() {
    people.clear();

    assertThat(networks.of(List.of(from))).isEmpty();
  }

  @Test
  void whereKeysAreTheirOrganizationsTheirNetworksAreInClear() {
    state.apply(
        tenant.withPolicy(policy ->
            TestTenant.with(
                policy, List.of(KeyUse.DIRECT), Authority.ORGANIZATION, OutstandingTokens.END)));
    people.clear();

    assertThat(networks.of(List.of(from))).containsEntry(from, new Activity.Network(NETWORK, null));
  }

  @Test
  void ofAnUnknownKeyNoneIsTold() {
    var unknown = new From(UuidCreator.getTimeOrderedEpoch(), NETWORK);

    assertThat(networks.of(List.of(unknown, from))).containsOnlyKeys(from);
  }
}
