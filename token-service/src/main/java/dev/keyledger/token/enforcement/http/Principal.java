package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.Caller;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.internal.ServicePair;
import org.jspecify.annotations.Nullable;

/** Who asks about a token, and about whose they may. */
sealed interface Principal {
  /** Whether they may be told of a credential of this organisation, or obtained with this key. */
  boolean maySee(@Nullable OrganizationId organization, @Nullable KeyId key);

  /** Whether they may know why a credential is no good. */
  boolean mayKnowWhy();

  /** One of the platform's own services. */
  record Internal(ServicePair service) implements Principal {
    @Override
    public boolean maySee(@Nullable OrganizationId organization, @Nullable KeyId key) {
      return true;
    }

    @Override
    public boolean mayKnowWhy() {
      return true;
    }
  }

  record Known(Caller caller) implements Principal {
    @Override
    public boolean maySee(@Nullable OrganizationId organization, @Nullable KeyId key) {
      return switch (caller.kind()) {
        case OPERATOR, SERVICE -> true;
        case MEMBER, API_KEY ->
            organization != null
                && organization.equals(caller.organization())
                && (caller.may(Permissions.KEYS_VERIFY)
                    || (key != null && key.equals(caller.key())));
      };
    }

    @Override
    public boolean mayKnowWhy() {
      return caller.kind() == Caller.Kind.SERVICE;
    }
  }
}
