package dev.keyledger.testing;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
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
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds records as they are against the AsyncAPI document: headers and values. */
public final class DescribedRecords {
  private static final String LOCATION = "https://keyledger.example/asyncapi.json";

  private final JsonNode document =
      new TopicsDescription(new ApiDescription(new ProblemCatalogue())).document();
  private final SchemaRegistry registry =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder -> builder.schemas(Map.of(LOCATION, document.toString())));
  private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
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
    var wrong = new ArrayList<>(errors(message + "/headers", headers));
    wrong.addAll(errors(message + "/payload", JsonMapper.shared().readTree(record.value())));
    return wrong;
  }

  /** The same of a value alone. */
  public List<String> wrongWith(String topic, JsonNode value) {
    String message = messages.get(topic);
    return message == null ? List.of("the topic " + topic) : errors(message + "/payload", value);
  }

  private List<String> errors(String reference, JsonNode value) {
    return schemas
        .computeIfAbsent(reference, name -> registry.getSchema(SchemaLocation.of(LOCATION + name)))
        .validate(
            value,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(error -> error.getInstanceLocation() + " " + error.getMessage())
        .toList();
  }
}
