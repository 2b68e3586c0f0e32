package dev.keyledger.token.identity.people;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.commons.codec.CodecPolicy;
import org.apache.commons.codec.binary.Base32;

/** A TOTP secret as text: base32 (RFC 4648, section 6) without padding, as apps take it. */
final class TotpSecret {
  private static final Pattern UNPADDED = Pattern.compile("[A-Z2-7]*");
  private static final Base32 BASE32 = Base32.builder().setDecodingPolicy(CodecPolicy.STRICT).get();

  private TotpSecret() {}

  static String encode(byte[] bytes) {
    String padded = BASE32.encodeToString(bytes);
    int end = padded.indexOf('=');
    return end < 0 ? padded : padded.substring(0, end);
  }

  /**
   * @throws IllegalArgumentException without quoting the text, which is a secret
   */
  static byte[] decode(String text) {
    // The codec passes over what isn't of its alphabet, and takes small letters for capital ones.
    if (!UNPADDED.matcher(text).matches()) {
      throw new IllegalArgumentException("expected base32 without padding");
    }
    return BASE32.decode(text.getBytes(StandardCharsets.US_ASCII));
  }
}
