package dev.keyledger.delivery.sending;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.subscription.SignatureScheme;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Standard Webhooks 1.0.0, "Signature scheme". */
class WebhookSignatureTest {
  private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);

  /** The example that its reference libraries are tested by. */
  @Test
  void v1IsAnHmacOfIdTimeAndBody() {
    byte[] key = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    assertThat(
            WebhookSignature.of(
                SignatureScheme.V1, key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, BODY))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  /** With the first key pair of RFC 8032, section 7.1. */
  @Test
  void v1aIsVerifiedByThePublicKeyAlone() throws Exception {
    byte[] seed =
        HexFormat.of().parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    byte[] encodedPublicKey =
        HexFormat.of()
            .parseHex(
                "302a300506032b6570032100"
                    + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

    String made = WebhookSignature.of(SignatureScheme.V1A, seed, "msg_1", 1614265330, BODY);

    assertThat(made).startsWith("v1a,");
    var verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encodedPublicKey)));
    verifier.update("msg_1.1614265330.".getBytes(StandardCharsets.UTF_8));
    verifier.update(BODY);
    assertThat(verifier.verify(Base64.getDecoder().decode(made.substring(4)))).isTrue();
  }
}
