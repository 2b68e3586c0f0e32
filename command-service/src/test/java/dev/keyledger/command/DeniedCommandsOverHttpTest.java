package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.command.Replica.Answer;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Activity.By;
import dev.keyledger.events.feed.Activity.Kind;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.counts.CountsPublisher;
import dev.keyledger.kit.kafka.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Who asks for what they may not is told to the organisation that they asked it of. */
class DeniedCommandsOverHttpTest extends CommandServiceTest {
  private final RegisteredOrganization acme = organization("standard");

  @Test
  void aDeniedCommandIsToldWithWhoAskedWhatTheyLackedAndOfWhatHoweverOften() {
    String auditor = member(acme, "auditor");
    Answer key = one.post(member(acme, "owner"), acme.keys(), newKey("k", "test"));
    assertThat(key.status()).as(key.text()).isEqualTo(201);
    String id = key.body().at("/key/id").stringValue();
    for (int i = 0; i < 3; i++) {
      Answer refused = one.post(auditor, acme.keys() + "/" + id + "/revoke", "{}");
      assertThat(refused.status()).isEqualTo(403);
      assertThat(refused.code()).isEqualTo("forbidden");
    }

    List<Activity> told = told(1);

    Activity denied = told.getFirst();
    assertThat(denied.kind()).isEqualTo(Kind.COMMAND_DENIED);
    assertThat(denied.by()).isEqualTo(By.MEMBER);
    assertThat(denied.person()).isEqualTo(new PersonId(auditor.split("\\|")[0]));
    assertThat(denied.code()).isEqualTo("forbidden");
    assertThat(denied.permission()).isEqualTo("api_keys.revoke");
    assertThat(denied.operation()).isEqualTo("revokeKey");
    assertThat(denied.targetKey()).isEqualTo(new KeyId(id));
    assertThat(denied.key()).isNull();
    assertThat(denied.count()).isEqualTo(3);
  }

  @Test
  void whatPolicyForbidsTheOperatorIsToldAsTheOperators() {
    assertThat(one.post(OPERATOR, acme.path() + "/suspend", "{\"reason\":\"unpaid\"}").status())
        .isEqualTo(200);
    assertThat(one.post(OPERATOR, acme.keys(), newKey("k", "test")).code())
        .isEqualTo("organization_suspended");

    Activity denied = told(1).getFirst();

    assertThat(denied.by()).isEqualTo(By.OPERATOR);
    assertThat(denied.person()).isEqualTo(new PersonId(OPERATOR));
    assertThat(denied.code()).isEqualTo("organization_suspended");
    assertThat(denied.operation()).isEqualTo("createKey");
  }

  @Test
  void whoIsNoneOfItsOwnIsToldWithoutANameAndOnceForAllOfThem() {
    RegisteredOrganization other = organization("standard");
    for (String stranger : List.of(member(other, "owner"), member(other, "auditor"))) {
      assertThat(one.post(stranger, acme.keys(), newKey("k", "live")).status()).isEqualTo(403);
      assertThat(
              one.send(
                      "DELETE",
                      stranger,
                      acme.path() + "/members/" + new MemberId(stranger.split("\\|")[1]),
                      "")
                  .status())
          .isEqualTo(403);
    }
    one.post(member(other, "owner"), "/v1/organizations/no-such-one/keys", newKey("k", "live"));

    List<Activity> told = told(1);

    assertThat(told).hasSize(1);
    Activity denied = told.getFirst();
    assertThat(denied.by()).isEqualTo(By.OUTSIDER);
    assertThat(denied.count()).isEqualTo(4);
    assertThat(denied.person()).isNull();
    assertThat(denied.session()).isNull();
    assertThat(denied.targetMember()).isNull();
    assertThat(denied.operation()).isNull();
  }

  @Test
  void anOrganisationIsToldWhetherItsIdOrItsSlugWasNamed() {
    String stranger = member(organization("standard"), "owner");
    for (String name : List.of(acme.id(), acme.slug())) {
      String keys = "/v1/organizations/" + name + "/keys";
      assertThat(one.post(stranger, keys, newKey("k", "live")).status()).isEqualTo(403);
    }

    assertThat(told(2)).extracting(Activity::by).containsExactly(By.OUTSIDER, By.OUTSIDER);
  }

  @Test
  void whatIsNoDenialAndWhatWasOnlyAskedAboutIsNotTold() {
    String auditor = member(acme, "auditor");
    assertThat(one.post(OPERATOR, acme.keys(), "{\"name\":\"\"}").status()).isEqualTo(422);
    assertThat(one.post(auditor, acme.keys() + "?dry_run=true", newKey("k", "live")).status())
        .isEqualTo(403);
    assertThat(one.post(auditor, acme.path() + "/policy/preview", "{}").status()).isIn(403, 422);
    assertThat(one.post(auditor, acme.keys(), newKey("k", "live")).status()).isEqualTo(403);

    assertThat(told(1)).extracting(Activity::operation).containsExactly("createKey");
  }

  @Test
  void oneCallerWhoAsksForEverythingIsSummedUpAndHasNoMoreThanTheirShare() {
    String auditor = member(acme, "auditor");
    for (int i = 0; i < 50; i++) {
      String made = "key_01890a5d-ac96-774b-bcce-b302099a80" + (10 + i);
      assertThat(one.post(auditor, acme.keys() + "/" + made + "/revoke", "{}").status())
          .isEqualTo(403);
    }

    List<Activity> told = told(21);

    assertThat(told).hasSize(21);
    assertThat(told.stream().mapToLong(Activity::count).sum()).isEqualTo(50);
    assertThat(told).filteredOn(one -> one.operation() == null).hasSize(1);
  }

  /** All of the organisation, as soon as there are so many. */
  private List<Activity> told(int number) {
    one.context().getBean(CountsPublisher.class).publish();
    var found = new ArrayList<Activity>();
    KafkaSettings kafka = KafkaSettings.of(Servers.forTests().bootstrapServers());
    try (var consumer = new KafkaConsumer<String, byte[]>(kafka.consumer())) {
      var organization = new OrganizationId(acme.id());
      consumer.assign(
          List.of(new TopicPartition(Topics.ACTIVITY, Topics.partitionOf(organization))));
      consumer.seekToBeginning(consumer.assignment());
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            consumer
                .poll(Duration.ofMillis(100))
                .forEach(record -> {
                  if (record.key().equals(acme.id())) {
                    found.add(EventCodec.decode(record.value(), Activity.class));
                  }
                });
            return found.size() >= number;
          });
    }
    return found;
  }
}
