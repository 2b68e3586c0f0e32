package dev.keyledger.events.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Base62Test {
  private static BigInteger numberIn(String text) {
    return text.chars()
        .mapToObj(c -> BigInteger.valueOf(Base62.ALPHABET.indexOf(c)))
        .reduce(BigInteger.ZERO, (n, digit) -> n.multiply(BigInteger.valueOf(62)).add(digit));
  }

  @Test
  void bytesAreOneNumberMostSignificantFirst() {
    assertThat(Base62.encode(new byte[] {1, 0}, 3)).isEqualTo("048");
    assertThat(Base62.encode(new byte[32], 43)).isEqualTo("0".repeat(43));
  }

  @Test
  void aNumberOfAnyLengthIsItself() {
    var random = new Random(2);
    for (int length = 0; length < 40; length++) {
      var bytes = new byte[length];
      random.nextBytes(bytes);
      assertThat(numberIn(Base62.encode(bytes, 60))).isEqualTo(new BigInteger(1, bytes));
    }
  }

  @Test
  void nothingOfThirtyTwoBytesIsLostInFortyThreeDigits() {
    var random = new Random(1);
    var bytes = new byte[32];
    for (int i = 0; i < 1_000; i++) {
      random.nextBytes(bytes);
      byte[] before = bytes.clone();
      assertThat(numberIn(Base62.encode(bytes, 43))).isEqualTo(new BigInteger(1, before));
      assertThat(bytes).isEqualTo(before);
    }
    Arrays.fill(bytes, (byte) 0xff);
    assertThat(numberIn(Base62.encode(bytes, 43))).isEqualTo(new BigInteger(1, bytes));
  }
}
