package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.events.subscription.SubscriptionRecord.State;
import dev.keyledger.infra.services.Api.Answer;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import dev.keyledger.testing.TopicRecords;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A member subscribes through the gateway; what delivery needs of it is on the way. */
class SubscriptionsTest {
  private final Cluster cluster = SharedCluster.get();
  private final Organization organization = cluster.people().liveOrganization("standard");
  private final Member owner = cluster.people().join(organization, "owner");
  private final String path = organization.path() + "/subscriptions";

  private List<SubscriptionRecord> told(String subscription) {
    List<SubscriptionRecord> told = new ArrayList<>();
    TopicRecords.each(
        cluster,
        Topics.SUBSCRIPTIONS,
        record -> {
          if (subscription.equals(new String(record.key(), StandardCharsets.US_ASCII))) {
            told.add(EventCodec.decode(record.value(), SubscriptionRecord.class));
          }
        });
    return told;
  }

  private Answer read(String rest, Answer after) {
    return owner.api().get(path + rest + "?at_least=" + after.header("Keyledger-Position"));
  }

  @Test
  void theNetworksThatTheRunnerNamesMayBeSubscribedAndNoOtherPrivateOnes() {
    for (var url : Map.of("http://127.0.0.1:9/", 201, "https://10.0.0.1/", 422).entrySet()) {
      Answer said =
          owner
              .api()
              .post(
                  path,
                  Map.of(
                      "kind",
                      "webhook",
                      "name",
                      "here",
                      "url",
                      url.getKey(),
                      "events",
                      List.of("key.*")));
      assertThat(said.status()).as(said.toString()).isEqualTo(url.getValue());
    }
  }

  @Test
  void whatAMemberSubscribesToIsShownRecordedAndToldToDelivery() {
    Answer created =
        owner
            .api()
            .post(
                path,
                Map.of(
                    "kind", "webhook",
                    "name", "siem",
                    "url", "https://receiver.example/",
                    "events", List.of("key.*")));
    assertThat(created.status()).as(created.toString()).isEqualTo(201);
    String id = created.text("subscription.id");
    Answer removed = owner.api().delete(path + "/" + id);
    assertThat(removed.status()).isEqualTo(204);

    Answer shown = read("/" + id, removed);
    assertThat(shown.text("status")).isEqualTo("removed");
    assertThat(shown.rawBody()).doesNotContain("sealed", "commitment");
    Answer history = owner.api().get(organization.path() + "/events?type=subscription.created");
    assertThat(history.rawBody())
        .contains("https://receiver.example/")
        .doesNotContain("sealed", "commitment");

    List<SubscriptionRecord> told = told(id);
    assertThat(told)
        .extracting(SubscriptionRecord::state)
        .containsExactly(State.ACTIVE, State.REMOVED);
    byte[] secret =
        new SubscriptionSecrets(cluster::serverKeys)
            .open(
                new OrganizationId(organization.id()),
                new SubscriptionId(id),
                1,
                told.getFirst().secrets().getFirst().sealed())
            .orElseThrow();
    assertThat(SubscriptionSecrets.shown(secret).revealSecret()).isEqualTo(created.text("secret"));
  }
}
