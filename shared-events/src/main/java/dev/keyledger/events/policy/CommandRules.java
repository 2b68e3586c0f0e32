package dev.keyledger.events.policy;

import org.jspecify.annotations.Nullable;

/**
 * What an organisation's policy says of its members' commands.
 *
 * @param rate how many changes its members may make at most, together, within any window; {@code
 *     null} for no bound. What ends something (a revocation, a removal) is never refused for it,
 *     and neither the operator's commands nor the platform's are counted
 */
public record CommandRules(KeyRules.@Nullable Rate rate) {}
