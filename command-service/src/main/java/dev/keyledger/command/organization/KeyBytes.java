package dev.keyledger.command.organization;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys as bytes, one behind the other, each with its length before it. Of a key that ended there is
 * what commands still show and judge by: whose it is, its name, scopes and newest prefix, and when
 * it came and went; its verifiers and its older secret are gone.
 */
final class KeyBytes {
  private static final int EXPIRES = 1;
  private static final int REVOKED = 2;
  private static final int EXPIRED = 4;
  private static final int OF_ITS_OWN_TIME = 8;
  private static final int TWO_SECRETS = 16;
  private static final int SUSPENDED = 128;
  private static final int BOUNDED_SUSPENSION = 256;
  private static final int ENDED_SECRET = 32;
  private static final int BOUNDED_SECRET = 64;

  // A release that doesn't know it passes over it, and would say once more what was said.
  private static final int WARNED = 512;

  // A release that doesn't know it passes over it, and would record a leak once more.
  private static final int LEAKED_SECRET = 128;

  /** What the bytes call by number. */
  record Words(List<String> environments, List<List<String>> scopes, List<MemberId> members) {
    Words {
      environments = List.copyOf(environments);
      scopes = List.copyOf(scopes);
      members = List.copyOf(members);
    }
  }

  /** Of one key, what can be told without reading all of it. */
  record Origin(@Nullable MemberId createdBy, long createdAtMillis) {}

  private final Numbered<String> environments;
  private final Numbered<List<String>> scopes;
  private final Numbered<MemberId> members;

  KeyBytes() {
    this(new Words(List.of(), List.of(), List.of()));
  }

  KeyBytes(Words words) {
    environments = Numbered.of(words.environments());
    scopes = Numbered.of(words.scopes());
    members = Numbered.of(words.members());
  }

  Words words() {
    return new Words(environments.all(), scopes.all(), members.all());
  }

  int distinctWords() {
    return environments.size() + scopes.size() + members.size();
  }

  /** The same key, by parts that it shares with others. */
  Key shared(Key key) {
    return new Key(
        key.id(),
        key.name(),
        environments.shared(key.environment()),
        scopes.shared(key.scopes()),
        key.createdBy() == null ? null : members.shared(key.createdBy()),
        key.createdAt(),
        key.expiresAt(),
        key.ended(),
        key.endedAt(),
        key.secrets(),
        key.suspension(),
        key.warned());
  }

  byte[] write(Key key) {
    var body = new Writer();
    IdBits id = IdBits.of(key.id());
    body.eight(id.most());
    body.eight(id.least());
    body.number(key.createdBy() == null ? 0 : members.numberOf(key.createdBy()) + 1);
    body.instant(key.createdAt());
    Key.Secret newest = key.secrets().getLast();
    boolean whole = key.ended() == null;
    Instant until = key.suspension() == null ? null : key.suspension().until();
    boolean ofItsOwnTime = !newest.createdAt().equals(key.createdAt());
    body.number(
        (key.expiresAt() == null ? 0 : EXPIRES)
            | (key.ended() == Key.End.REVOKED ? REVOKED : 0)
            | (key.ended() == Key.End.EXPIRED ? EXPIRED : 0)
            | (ofItsOwnTime ? OF_ITS_OWN_TIME : 0)
            | (whole && key.secrets().size() > 1 ? TWO_SECRETS : 0)
            | (until == null ? 0 : BOUNDED_SUSPENSION)
            | (key.suspension() == null ? 0 : SUSPENDED)
            | (key.warned() == null ? 0 : WARNED));
    body.number(environments.numberOf(key.environment()));
    body.number(scopes.numberOf(key.scopes()));
    body.text(key.name());
    body.instantUnlessNull(key.expiresAt());
    body.instantUnlessNull(key.endedAt());
    body.text(newest.prefix());
    if (ofItsOwnTime) {
      body.instant(newest.createdAt());
    }
    if (whole) {
      key.secrets().reversed().forEach(body::secret);
    }
    body.instantUnlessNull(until);
    if (key.warned() != null) {
      body.instant(key.warned().end());
      body.number(key.warned().daysLeft());
    }
    byte[] bytes = body.toByteArray();
    var framed = new Writer();
    framed.number(bytes.length);
    framed.writeBytes(bytes);
    return framed.toByteArray();
  }

  /** The key whose length stands there. */
  Key read(byte[] bytes, int at) {
    var in = new Reader(bytes, at);
    in.number();
    KeyId id = in.id();
    int creator = in.number();
    Instant createdAt = in.instant();
    int is = in.number();
    String environment = environments.get(in.number());
    List<String> itsScopes = scopes.get(in.number());
    String name = in.text();
    Instant expiresAt = (is & EXPIRES) == 0 ? null : in.instant();
    boolean whole = (is & (REVOKED | EXPIRED)) == 0;
    Instant endedAt = whole ? null : in.instant();
    String prefix = in.text();
    Instant newestAt = (is & OF_ITS_OWN_TIME) == 0 ? createdAt : in.instant();
    var secrets = new ArrayList<Key.Secret>(2);
    if (whole) {
      secrets.add(in.secret());
      if ((is & TWO_SECRETS) != 0) {
        secrets.addFirst(in.secret());
      }
    } else {
      secrets.add(new Key.Secret(prefix, "", newestAt, null, false, false));
    }
    Instant until = (is & BOUNDED_SUSPENSION) == 0 ? null : in.instant();
    Key.Warned warned = (is & WARNED) == 0 ? null : new Key.Warned(in.instant(), in.number());
    return new Key(
        id,
        name,
        environment,
        itsScopes,
        creator == 0 ? null : members.get(creator - 1),
        createdAt,
        expiresAt,
        (is & REVOKED) != 0 ? Key.End.REVOKED : whole ? null : Key.End.EXPIRED,
        endedAt,
        secrets,
        (is & SUSPENDED) == 0 ? null : new Key.Suspension(until),
        warned);
  }

  Origin origin(byte[] bytes, int at) {
    var in = new Reader(bytes, at);
    in.number();
    in.skipId();
    int creator = in.number();
    return new Origin(creator == 0 ? null : members.get(creator - 1), in.instant().toEpochMilli());
  }

  /** Where the next key's length stands. */
  static int behind(byte[] bytes, int at) {
    var in = new Reader(bytes, at);
    int length = in.number();
    return in.at + length;
  }

  /** Where the sixteen bytes of the key's id stand. */
  static int idAt(byte[] bytes, int at) {
    var in = new Reader(bytes, at);
    in.number();
    return in.at;
  }

  private static final class Writer extends ByteArrayOutputStream {
    Writer() {
      super(128);
    }

    void eight(long value) {
      for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
        write((int) (value >>> shift));
      }
    }

    void number(long value) {
      long left = value;
      while ((left & ~0x7fL) != 0) {
        write((int) (left & 0x7f) | 0x80);
        left >>>= 7;
      }
      write((int) left);
    }

    /** Whole milliseconds take two bytes less. */
    void instant(Instant at) {
      number(at.getEpochSecond());
      int nanos = at.getNano();
      number(nanos % 1_000_000 == 0 ? (nanos / 1_000_000) * 2L : nanos * 2L + 1);
    }

    void instantUnlessNull(@Nullable Instant at) {
      if (at != null) {
        instant(at);
      }
    }

    void text(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      number(bytes.length);
      writeBytes(bytes);
    }

    void secret(Key.Secret secret) {
      text(secret.prefix());
      text(secret.verifier());
      instant(secret.createdAt());
      number(
          (secret.ended() ? ENDED_SECRET : 0)
              | (secret.leaked() ? LEAKED_SECRET : 0)
              | (secret.validUntil() == null ? 0 : BOUNDED_SECRET));
      instantUnlessNull(secret.validUntil());
    }
  }

  private static final class Reader {
    private final byte[] bytes;
    private int at;

    Reader(byte[] bytes, int at) {
      this.bytes = bytes;
      this.at = at;
    }

    private long large() {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = bytes[at++];
        value |= (next & 0x7fL) << shift;
        if (next >= 0) {
          return value;
        }
      }
    }

    int number() {
      return Math.toIntExact(large());
    }

    void skipId() {
      at += IdBits.BYTES;
    }

    KeyId id() {
      KeyId id = IdBits.at(bytes, at).id();
      skipId();
      return id;
    }

    Instant instant() {
      long seconds = large();
      long nanos = large();
      return Instant.ofEpochSecond(seconds, (nanos & 1) == 0 ? nanos / 2 * 1_000_000 : nanos / 2);
    }

    String text() {
      int length = number();
      var text = new String(bytes, at, length, StandardCharsets.UTF_8);
      at += length;
      return text;
    }

    Key.Secret secret() {
      String prefix = text();
      String verifier = text();
      Instant createdAt = instant();
      int is = number();
      Instant validUntil = (is & BOUNDED_SECRET) == 0 ? null : instant();
      return new Key.Secret(
          prefix,
          verifier,
          createdAt,
          validUntil,
          (is & ENDED_SECRET) != 0,
          (is & LEAKED_SECRET) != 0);
    }
  }
}
