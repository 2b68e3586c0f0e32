package dev.keyledger.command.denied;

import dev.keyledger.events.id.OrganizationId;
import org.jspecify.annotations.Nullable;

/**
 * Whose share of the room a denied command takes; never told.
 *
 * @param who the id of the person or the key, whatever session it is in
 * @param of the organisation that they act in, if any
 */
public record Asker(String who, @Nullable OrganizationId of) {}
