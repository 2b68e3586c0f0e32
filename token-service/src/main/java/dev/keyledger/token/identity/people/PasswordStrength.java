package dev.keyledger.token.identity.people;

import com.nulabinc.zxcvbn.Zxcvbn;
import java.util.List;

/**
 * How many guesses a password withstands, by zxcvbn's measure. A text of 24 characters can be made
 * to take it seconds, by symbols that may stand for several letters each; an ordinary one takes
 * milliseconds. So the measure is given a text that can't be read any more once it has been read
 * often enough, and then a beginning of it, which suffices where it is strong. Readings and no
 * clock: a machine that is busy, or has just started, says the same as any other.
 */
final class PasswordStrength {
  private static final int MEASURED = 64;
  private static final int BEGINNING = 16;

  /**
   * Of each of the two. A pass phrase of 64 characters takes about 12,000; the most hostile of many
   * texts tried had 25,000 in two thirds of a second.
   */
  private static final int MOST_READINGS = 25_000;

  private final Zxcvbn measure = new Zxcvbn();

  /** What became of a measurement. */
  enum Verdict {
    STRONG,
    GUESSABLE,
    /** It took too much to tell. */
    UNKNOWN
  }

  /**
   * @param score the lowest that is strong, from 0 to 4
   * @param words that a guesser would try for this person
   */
  Verdict of(String password, int score, List<String> words) {
    Verdict whole = of(password, MEASURED, score, words);
    return whole == Verdict.UNKNOWN && of(password, BEGINNING, score, words) == Verdict.STRONG
        ? Verdict.STRONG
        : whole;
  }

  private Verdict of(String password, int length, int score, List<String> words) {
    String measured = password.substring(0, Math.min(length, password.length()));
    try {
      var text = new BoundedText(measured, new Readings());
      return measure.measure(text, words).getScore() < score ? Verdict.GUESSABLE : Verdict.STRONG;
    } catch (ReadTooOften e) {
      return Verdict.UNKNOWN;
    }
  }

  private static final class Readings {
    private int left = MOST_READINGS;

    void take() {
      if (left-- == 0) {
        throw new ReadTooOften();
      }
    }
  }

  /** The measure knows no bound, but reads its text all the time. */
  private record BoundedText(CharSequence text, Readings readings) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      readings.take();
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return new BoundedText(text.subSequence(from, to), readings);
    }

    /** For the measure alone, which makes dictionary words of it. */
    @Override
    public String toString() {
      return text.toString();
    }
  }

  private static final class ReadTooOften extends RuntimeException {
    ReadTooOften() {
      super(null, null, false, false);
    }
  }
}
