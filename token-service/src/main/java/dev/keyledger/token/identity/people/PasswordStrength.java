package dev.keyledger.token.identity.people;

import com.nulabinc.zxcvbn.Zxcvbn;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * How many guesses a password withstands, by zxcvbn's measure. A text of 24 characters can be made
 * to take it seconds, by symbols that may stand for several letters each; an ordinary one takes
 * milliseconds. So the measure is given a text that can't be read any more once its time is over,
 * and then a beginning of it, which suffices where it is strong.
 */
final class PasswordStrength {
  private static final int MEASURED = 64;
  private static final int BEGINNING = 16;

  /** Of each of the two; a reading of the text is late by a fraction of it. */
  static final long LONGEST_NANOS = 250_000_000;

  private final LongSupplier nanoTime;
  private final Zxcvbn measure = new Zxcvbn();

  PasswordStrength(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** What became of a measurement. */
  enum Verdict {
    STRONG,
    GUESSABLE,
    /** It took too long to tell. */
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
      var text = new TimedText(measured, nanoTime, nanoTime.getAsLong() + LONGEST_NANOS);
      return measure.measure(text, words).getScore() < score ? Verdict.GUESSABLE : Verdict.STRONG;
    } catch (TimeIsOver e) {
      return Verdict.UNKNOWN;
    }
  }

  /** The measure knows no interruption, but reads its text all the time. */
  private record TimedText(CharSequence text, LongSupplier nanoTime, long end)
      implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (nanoTime.getAsLong() - end > 0) {
        throw new TimeIsOver();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return new TimedText(text.subSequence(from, to), nanoTime, end);
    }

    /** For the measure alone, which makes dictionary words of it. */
    @Override
    public String toString() {
      return text.toString();
    }
  }

  private static final class TimeIsOver extends RuntimeException {
    TimeIsOver() {
      super(null, null, false, false);
    }
  }
}
