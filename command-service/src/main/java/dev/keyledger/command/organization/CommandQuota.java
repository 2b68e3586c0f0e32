package dev.keyledger.command.organization;

import dev.keyledger.events.policy.KeyRules.Rate;
import java.time.Duration;

/**
 * What is left to an organisation's members of the rate of their commands.
 *
 * @param remaining 0 or more
 * @param untilMore until there is more, if nothing is asked for meanwhile; zero where all is left
 */
public record CommandQuota(Rate rate, int remaining, Duration untilMore) {}
