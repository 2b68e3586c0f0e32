package dev.keyledger.delivery.subscription;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;

/** A subscription, as the tables know it. */
public record SubscriptionKey(OrganizationId organization, SubscriptionId subscription) {}
