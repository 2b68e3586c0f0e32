package dev.keyledger.command.ledger;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param transactionTimeout the longest that an append may stay uncommitted; PostgreSQL ends it
 *     then
 * @param snapshotEvery events of one organisation between two of its snapshots at least; a large
 *     organisation waits for a sixteenth of the keys and members that it has
 * @param cacheSize of organisations in memory at most, as they are estimated: about 700 bytes for a
 *     key, 100 for one that ended. The one that was used last stays even if it is larger
 * @param deadlineInterval how often due ends are looked for
 * @param warningsAfter how long after its start a replica first says of a key that it ends soon:
 *     one of a release that knows no such events can't command an organisation that has one
 */
@ConfigurationProperties("keyledger.ledger")
public record LedgerSettings(
    @DefaultValue("10s") Duration transactionTimeout,
    @DefaultValue("500") int snapshotEvery,
    @DefaultValue("64MB") DataSize cacheSize,
    @DefaultValue("1s") Duration deadlineInterval,
    @DefaultValue("10m") Duration warningsAfter) {}
