package dev.keyledger.delivery.collector;

import dev.keyledger.delivery.sending.Answer;
import dev.keyledger.delivery.sending.ReceiverClient;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.events.subscription.SyslogPlace;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Hands a batch to a collector, in its own form, and says what came of it. */
final class BatchSender {
  private final ReceiverClient receivers;
  private final SyslogClient syslog;
  private final SubscriptionSecrets secrets;

  BatchSender(ReceiverClient receivers, SyslogClient syslog, SubscriptionSecrets secrets) {
    this.receivers = receivers;
    this.syslog = syslog;
    this.secrets = secrets;
  }

  Answer send(Collector to, Source source, List<CollectedEvent> events) {
    if (!to.state().showsToken()) {
      return syslog.send(
          SyslogPlace.of(to.state().url()),
          to.settings().ca(),
          SyslogFrames.of(to.key().organization(), source, events, to.settings().facility()));
    }
    Optional<byte[]> token = token(to);
    if (token.isEmpty()) {
      return new Answer.None(Answer.Failure.NOT_SIGNED);
    }
    return receivers.post(
        to.state().url(),
        Map.of("authorization", "Splunk " + new String(token.get(), StandardCharsets.UTF_8)),
        HecBatch.of(events, to.settings()),
        "application/json",
        HecBatch::err);
  }

  private Optional<byte[]> token(Collector to) {
    SubscriptionRecord.Secret shown = to.shown();
    return shown == null
        ? Optional.empty()
        : secrets.open(
            to.key().organization(), to.key().subscription(), shown.id(), shown.sealed());
  }
}
