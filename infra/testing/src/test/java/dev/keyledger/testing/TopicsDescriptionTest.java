package dev.keyledger.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class TopicsDescriptionTest {
  private final DescribedRecords described = new DescribedRecords();

  @Test
  void everyTopicIsDescribed() {
    assertThat(described.topics())
        .isEqualTo(Topics.ALL.stream().map(Topics.Spec::name).collect(Collectors.toSet()));
  }

  @Test
  void anEventIsAsItIsWritten() {
    var stream = new TestLedger.Stream();
    LedgerEvent event = stream.registered();
    JsonNode written = read(event.withoutVerifiers());
    assertThat(described.wrongWith(Topics.EVENTS, written)).isEmpty();
  }

  @Test
  void whatIsNotDescribedIsFound() {
    var stream = new TestLedger.Stream();
    ObjectNode more = (ObjectNode) read(stream.registered());
    more.put("more", 1);
    assertThat(described.wrongWith(Topics.EVENTS, more)).isNotEmpty();
    ObjectNode other = (ObjectNode) read(stream.registered());
    other.put("type", "key.created");
    assertThat(described.wrongWith(Topics.EVENTS, other)).isNotEmpty();
  }

  @Test
  void aVerifierIsNotOfTheTopic() {
    var stream = new TestLedger.Stream();
    stream.registered();
    LedgerEvent created = stream.next(TestLedger.created(TestLedger.newKey(), "ci"));
    assertThat(described.wrongWith(Topics.EVENTS, read(created.withoutVerifiers()))).isEmpty();
  }

  private static JsonNode read(LedgerEvent event) {
    return JsonMapper.shared().readTree(EventCodec.encode(event));
  }
}
