package dev.keyledger.command.ledger;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param transactionTimeout the longest that an append may stay uncommitted; PostgreSQL ends it
 *     then
 * @param snapshotEvery events of one organisation between two of its snapshots at least; a large
 *     organisation waits for twice as many events as it has keys
 * @param cachedKeys keys of cached organisations at most, ended ones included: about 600 bytes each
 * @param deadlineInterval how often due ends are looked for
 */
@ConfigurationProperties("keyledger.ledger")
public record LedgerSettings(
    @DefaultValue("10s") Duration transactionTimeout,
    @DefaultValue("500") int snapshotEvery,
    @DefaultValue("100000") long cachedKeys,
    @DefaultValue("1s") Duration deadlineInterval) {}
