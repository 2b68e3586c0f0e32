package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.fuzz.Attempt.Delivery;
import dev.keyledger.conformance.wire.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes requests worse, in one to three ways at a time. */
final class Chaos {
  private interface Change {
    Request of(Request request, Dice dice);
  }

  private record Named(String name, Change change) {}

  private final List<Named> changes;

  /**
   * @param credentials of other systems, tenants and environments
   * @param names of what belongs to another tenant
   */
  Chaos(List<String> credentials, List<String> names) {
    var bodies = new ChangedBodies(names);
    var headers = new ChangedHeaders(credentials);
    var targets = new ChangedTargets(credentials, names);
    this.changes =
        List.of(
            new Named("a value", ChangedBodies::value),
            new Named("a value", ChangedBodies::value),
            new Named("a value", ChangedBodies::value),
            new Named("a text as JSON writes it", ChangedBodies::jsonText),
            new Named("a text as JSON writes it", ChangedBodies::jsonText),
            new Named("another's name", bodies::anothersName),
            new Named("a field doubled", ChangedBodies::doubledField),
            new Named("a field more", ChangedBodies::fieldMore),
            new Named("a field less", ChangedBodies::fieldLess),
            new Named("JSON that ends early", ChangedBodies::endsEarly),
            new Named("JSON and more", ChangedBodies::andMore),
            new Named("a byte more", ChangedBodies::byteMore),
            new Named("no UTF-8", ChangedBodies::noUtf8),
            new Named("nested deeply", ChangedBodies::nested),
            new Named("another encoding", ChangedBodies::encoded),
            new Named("too large", ChangedBodies::tooLarge),
            new Named("another body", ChangedBodies::anotherBody),
            new Named("another content type", ChangedHeaders::contentType),
            new Named("another content type", ChangedHeaders::contentType),
            new Named("another method", (r, dice) -> r.method(dice.of(Hostile.METHODS))),
            new Named("a long header", ChangedHeaders::longHeader),
            new Named("many headers", ChangedHeaders::manyHeaders),
            new Named("a header of proxies", ChangedHeaders::proxyHeader),
            new Named("a header doubled", ChangedHeaders::doubledHeader),
            new Named("a strange header", ChangedHeaders::strangeHeader),
            new Named("a cookie", headers::cookie),
            new Named("another path", targets::path),
            new Named("another path", targets::path),
            new Named("a query", targets::query),
            new Named("another's credential", targets::credential),
            new Named("another's credential", targets::credential),
            new Named("one credential more", targets::credentialMore),
            new Named("a damaged credential", ChangedTargets::damaged),
            new Named("no credential", (r, dice) -> r.without("Authorization")));
  }

  /** The good request, made worse. */
  Attempt on(Request good, Dice dice, String host) {
    Request worse = good;
    var whats = new ArrayList<String>();
    for (int n = dice.between(1, 3); n > 0; n--) {
      Named named = dice.of(changes);
      whats.add(named.name());
      worse = named.change().of(worse, dice);
    }
    Request sent = worse;
    if (dice.oneIn(10)) {
      whats.add("chunks");
      sent = ChangedBodies.chunked(worse, dice);
    }
    byte[] bytes = sent.bytes(host);
    if (dice.oneIn(12)) {
      return new Attempt(worse, whats, broken(sent, whats, bytes, dice), Delivery.CUT);
    }
    Delivery delivery = dice.oneIn(25) && bytes.length < 3_000 ? Delivery.PIECES : Delivery.WHOLE;
    return new Attempt(worse, whats, bytes, delivery);
  }

  /** What isn't HTTP any more, so that no answer is an answer too. */
  private static byte[] broken(Request request, List<String> whats, byte[] bytes, Dice dice) {
    byte[] changed = bytes.clone();
    if (dice.oneIn(2)) {
      whats.add("flipped bits");
      for (int n = dice.between(1, 8); n > 0; n--) {
        changed[dice.below(changed.length)] ^= (byte) (1 << dice.below(8));
      }
    } else if (dice.oneIn(2)) {
      whats.add("a length that is wrong");
      String[] lengths = {
        "-1", "0", "1", "99999999999999999999", "abc", "5, 5", "+5", "0x10", "", "2147483648"
      };
      Request framed =
          request
              .without("Content-Length")
              .with("Content-Length", lengths[dice.below(lengths.length)]);
      if (dice.oneIn(3)) {
        String[] codings = {"chunked", "gzip", "chunked, identity", "identity", "\tchunked", "x"};
        framed = framed.with("Transfer-Encoding", codings[dice.below(codings.length)]);
      }
      changed = framed.bytes("localhost");
    } else {
      whats.add("cut");
      changed = Arrays.copyOf(changed, dice.between(1, changed.length));
    }
    return changed;
  }
}
