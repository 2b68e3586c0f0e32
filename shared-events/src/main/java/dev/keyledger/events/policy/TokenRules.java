package dev.keyledger.events.policy;

import org.jspecify.annotations.Nullable;

/**
 * What an organisation's policy says of the access tokens of its people and keys alike.
 *
 * @param statusList whether each that is a JWT names its place in a status list
 *     (draft-ietf-oauth-status-list-21), where a verifier that can't ask finds whether it still
 *     holds; one that is opaque never does, since nobody but the platform can read it
 */
public record TokenRules(@Nullable Boolean statusList) {}
