package dev.keyledger.command.api;

import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.SubscriptionCommand.DisableSubscription;
import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What delivery-service has to say of receivers. */
@RestController
@RequestMapping(path = "/internal/v1/subscriptions", produces = "application/json")
class GoneReceivers {
  record Gone(@Nullable OrganizationId organization, @Nullable SubscriptionId subscription) {}

  /**
   * @param position of the organisation after it
   */
  record Answer(long position) {}

  private final Ledger ledger;
  private final Clock clock;

  GoneReceivers(Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * A receiver answered 410: its subscription is paused until a member resumes it. Nothing happens
   * where it is paused or removed already; 404 where there is no such organisation.
   */
  @PostMapping("/gone")
  @InternalEndpoint(ServicePair.DELIVERY_TO_COMMAND)
  Answer gone(@RequestBody Gone body) {
    Decided decided =
        ledger.execute(
            new DisableSubscription(
                Body.required("organization", body.organization()),
                new CommandContext(Actor.SYSTEM, Origin.NONE, clock.instant()),
                Body.required("subscription", body.subscription())));
    return new Answer(decided.position());
  }
}
