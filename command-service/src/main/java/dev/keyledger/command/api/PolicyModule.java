package dev.keyledger.command.api;

import dev.keyledger.events.policy.Policy;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.module.SimpleModule;

/** Wherever a body has a policy, what is missing in it is told by its path. */
@Component
final class PolicyModule extends SimpleModule {
  PolicyModule() {
    super("keyledger-policies");
    setDeserializerModifier(new Modifier());
  }

  private static final class Modifier extends ValueDeserializerModifier {
    @Override
    public ValueDeserializer<?> modifyDeserializer(
        DeserializationConfig config,
        BeanDescription.Supplier type,
        ValueDeserializer<?> deserializer) {
      return type.getBeanClass() == Policy.class ? new Whole(deserializer) : deserializer;
    }
  }

  private static final class Whole extends DelegatingDeserializer {
    Whole(ValueDeserializer<?> delegatee) {
      super(delegatee);
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> delegatee) {
      return new Whole(delegatee);
    }

    @Override
    public Object deserialize(JsonParser parser, DeserializationContext context) {
      JsonNode policy = context.readTree(parser);
      PolicyShape.check(parser, policy);
      try (JsonParser again = policy.traverse(context)) {
        again.nextToken();
        return super.deserialize(again, context);
      }
    }
  }
}
