package dev.keyledger.testing;

import dev.keyledger.kit.api.ApiDescription;
import dev.keyledger.kit.api.ProblemCatalogue;
import dev.keyledger.kit.api.TopicsDescription;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds records as they are against the AsyncAPI document: headers and values. */
public final class DescribedRecords {
  private final JsonNode document =
      new TopicsDescription(new ApiDescription(new ProblemCatalogue())).document();
  private final DescribedSchemas schemas = new DescribedSchemas(document);
  private final Map<String, String> messages = new TreeMap<>();

  public DescribedRecords() {
    document
        .path("channels")
        .forEach(channel ->
            messages.put(
                channel.path("address").asString(),
                channel.path("messages").iterator().next().path("$ref").asString()));
  }

  /** The names of the topics that are described. */
  public Set<String> topics() {
    return new TreeSet<>(messages.keySet());
  }

  /** What the description doesn't know of a record; nothing for one that it does. */
  public List<String> wrongWith(ConsumerRecord<?, byte[]> record) {
    String message = messages.get(record.topic());
    if (message == null) {
      return List.of("the topic " + record.topic());
    }
    var headers = JsonMapper.shared().createObjectNode();
    for (Header header : record.headers()) {
      headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    var wrong = new ArrayList<>(schemas.errorsIn(message + "/headers", headers));
    wrong.addAll(
        schemas.errorsIn(message + "/payload", JsonMapper.shared().readTree(record.value())));
    return wrong;
  }

  /** The same of a value alone. */
  public List<String> wrongWith(String topic, JsonNode value) {
    String message = messages.get(topic);
    return message == null
        ? List.of("the topic " + topic)
        : schemas.errorsIn(message + "/payload", value);
  }
}
