package dev.keyledger.command.ledger;

import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.Origin;
import java.util.Map;
import org.axonframework.messaging.MetaData;
import org.axonframework.serialization.ChainingConverter;
import org.axonframework.serialization.Converter;
import org.axonframework.serialization.SerializedObject;
import org.axonframework.serialization.SerializedType;
import org.axonframework.serialization.Serializer;
import org.axonframework.serialization.SimpleSerializedObject;
import org.axonframework.serialization.SimpleSerializedType;

/**
 * What the event store keeps: events under their names in {@link EventTypes}, who asked as {@link
 * EventMetadata}. Nothing else can be stored, and no class name ever is.
 */
final class LedgerSerializer implements Serializer {
  static final String ACTOR = "actor";
  static final String ORIGIN = "origin";

  // Axon asks for metadata by this name when it reads; it is not stored.
  private static final String METADATA = MetaData.class.getName();

  private final Converter converter = new ChainingConverter();

  @Override
  public <T> SerializedObject<T> serialize(Object object, Class<T> expected) {
    byte[] bytes =
        switch (object) {
          case OrganizationEvent event -> EventCodec.encodePayload(event);
          case MetaData metaData -> EventCodec.encode(metadataOf(metaData));
          default -> throw new IllegalArgumentException("the ledger does not keep such a thing");
        };
    return converter.convert(
        new SimpleSerializedObject<>(bytes, byte[].class, typeForClass(object.getClass())),
        expected);
  }

  private static EventMetadata metadataOf(MetaData metaData) {
    return new EventMetadata(
        (Actor) metaData.getOrDefault(ACTOR, Actor.SYSTEM),
        (Origin) metaData.getOrDefault(ORIGIN, Origin.NONE));
  }

  @Override
  public <T> boolean canSerializeTo(Class<T> expected) {
    return converter.canConvert(byte[].class, expected);
  }

  /**
   * @throws EventCodec.UnknownEventTypeException for a type of a later release: the reader stops
   */
  @Override
  @SuppressWarnings("unchecked")
  public <S, T> T deserialize(SerializedObject<S> serialized) {
    byte[] bytes = converter.convert(serialized, byte[].class).getData();
    String type = serialized.getType().getName();
    Object object;
    if (type.equals(METADATA)) {
      var metadata = EventCodec.decode(bytes, EventMetadata.class);
      object = MetaData.from(Map.of(ACTOR, metadata.actor(), ORIGIN, metadata.origin()));
    } else {
      object = EventCodec.decodePayload(type, bytes);
    }
    return (T) object;
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class classForType(SerializedType type) {
    return switch (type.getName()) {
      case String name when name.equals(METADATA) -> MetaData.class;
      case String name ->
          EventTypes.classOf(name)
              .<Class>map(c -> c)
              .orElseThrow(() -> new UnknownStoredTypeException(name));
    };
  }

  @Override
  @SuppressWarnings("rawtypes")
  public SerializedType typeForClass(Class type) {
    if (type == MetaData.class) {
      return new SimpleSerializedType(METADATA, null);
    }
    return new SimpleSerializedType(EventTypes.nameOf((Class<?>) type), null);
  }

  @Override
  public Converter getConverter() {
    return converter;
  }

  /** A later release wrote it, and this one must not decide without it. */
  static final class UnknownStoredTypeException extends IllegalStateException {
    UnknownStoredTypeException(String name) {
      super("the ledger holds an event type that this release does not know: " + name);
    }
  }
}
