package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.events.MessageBody;
import dev.keyledger.delivery.set.SetSigner;
import dev.keyledger.delivery.subscription.MessageId;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * A message as Standard Webhooks 1.0.0 has it, signed by every secret that is still valid, or a
 * security event token as RFC 8935 has it pushed.
 */
@Component
final class SignedPost {
  private static final String SIGNATURE = "webhook-signature";
  private static final String TOKEN = "application/secevent+jwt";

  private final ReceiverClient client;
  private final SubscriptionSecrets secrets;
  private final SetSigner signer;

  SignedPost(ReceiverClient client, SubscriptionSecrets secrets, SetSigner signer) {
    this.client = client;
    this.secrets = secrets;
    this.signer = signer;
  }

  Answer send(Receiver to, DueMessage message, Instant at) {
    if (to.state().streams()) {
      return push(to, message);
    }
    String id = new MessageId(to.key().subscription(), message.position()).toString();
    return send(to, headers(to, id, at, message.body()), message.body(), MessageBody.CONTENT_TYPE);
  }

  /** What is shown to the receiver may be nothing, but has to be known. */
  private Answer push(Receiver to, DueMessage message) {
    Optional<byte[]> shown = opened(to, to.secrets().getLast());
    if (shown.isEmpty()) {
      return new Answer.None(Answer.Failure.NOT_SIGNED);
    }
    var headers = new TreeMap<String, String>();
    headers.put("accept", "application/json");
    if (shown.get().length > 0) {
      headers.put("authorization", new String(shown.get(), StandardCharsets.UTF_8));
    }
    byte[] token = signer.sign(message.body()).getBytes(StandardCharsets.US_ASCII);
    return client.push(to.state().url(), headers, token, TOKEN);
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
