package dev.keyledger.delivery.webhook.send;

import dev.keyledger.delivery.webhook.MessageBody;
import dev.keyledger.delivery.webhook.MessageId;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** A message as Standard Webhooks 1.0.0 has it: signed by every secret that is still valid. */
@Component
final class SignedPost {
  private static final String SIGNATURE = "webhook-signature";

  private final ReceiverClient client;
  private final SubscriptionSecrets secrets;

  SignedPost(ReceiverClient client, SubscriptionSecrets secrets) {
    this.client = client;
    this.secrets = secrets;
  }

  Answer send(Receiver to, DueMessage message, Instant at) {
    String id = new MessageId(to.key().subscription(), message.position()).toString();
    return send(to, headers(to, id, at, message.body()), message.body(), MessageBody.CONTENT_TYPE);
  }

  Answer send(Receiver to, Map<String, String> headers, byte[] body, String contentType) {
    return headers.getOrDefault(SIGNATURE, "").isEmpty()
        ? new Answer.None(Answer.Failure.NOT_SIGNED)
        : client.post(to.state().url(), headers, body, contentType);
  }

  /** By their names, in lower case. */
  Map<String, String> headers(Receiver to, String id, Instant at, byte[] body) {
    long timestamp = at.getEpochSecond();
    String signatures =
        to.secrets().stream()
            .filter(secret -> secret.isValidAt(at))
            .flatMap(secret -> opened(to, secret).stream())
            .map(key -> WebhookSignature.of(to.state().signature(), key, id, timestamp, body))
            .collect(Collectors.joining(" "));
    var headers = new TreeMap<String, String>();
    headers.put("webhook-id", id);
    headers.put("webhook-timestamp", Long.toString(timestamp));
    headers.put(SIGNATURE, signatures);
    return headers;
  }

  private Optional<byte[]> opened(Receiver to, SubscriptionRecord.Secret secret) {
    return secrets.open(
        to.key().organization(), to.key().subscription(), secret.id(), secret.sealed());
  }
}
