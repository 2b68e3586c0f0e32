package dev.keyledger.kit.web;

import dev.keyledger.kit.text.LengthOfTime;
import dev.keyledger.kit.text.Timestamp;
import dev.keyledger.kit.text.VisibleText;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.deser.jdk.StringDeserializer;
import tools.jackson.databind.module.SimpleModule;

/** Texts, times and durations in bodies: each is read in one way, and refused by its field. */
final class StrictValues extends SimpleModule {
  StrictValues() {
    super("keyledger-values");
    addDeserializer(String.class, new Text());
    addSerializer(Instant.class, new WithMilliseconds());
    addDeserializer(
        Instant.class,
        new Written<>(
            Instant.class,
            text -> Timestamp.parse(text).map(time -> time.truncatedTo(ChronoUnit.MILLIS)),
            "A time in RFC 3339 is due here, for example 2026-05-28T14:43:58.000Z."));
    addDeserializer(
        Duration.class,
        new Written<>(
            Duration.class,
            LengthOfTime::parse,
            "A duration in ISO 8601 is due here, in weeks, days, hours, minutes or seconds, for"
                + " example PT1H."));
  }

  private static final class WithMilliseconds extends ValueSerializer<Instant> {
    @Override
    public void serialize(Instant value, JsonGenerator generator, SerializationContext context) {
      generator.writeString(Timestamp.text(value));
    }
  }

  /** As {@link VisibleText} has it, wherever nothing else is said ({@link AsPresented}). */
  private static final class Text extends ValueDeserializer<String> {
    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) {
      String text = StringDeserializer.instance.deserialize(parser, context);
      if (!VisibleText.isVisible(text)) {
        throw new UnfitValueException(parser, String.class, VisibleText.DUE);
      }
      return text;
    }
  }

  private static final class Written<T> extends ValueDeserializer<T> {
    private final Class<T> type;
    private final Function<String, Optional<T>> reader;
    private final String due;

    Written(Class<T> type, Function<String, Optional<T>> reader, String due) {
      this.type = type;
      this.reader = reader;
      this.due = due;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) {
      Optional<T> value =
          parser.currentToken() == JsonToken.VALUE_STRING
              ? reader.apply(parser.getString())
              : Optional.empty();
      return value.orElseThrow(() -> new UnfitValueException(parser, type, due));
    }
  }
}
