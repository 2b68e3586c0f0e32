package dev.keyledger.query.views;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Along the index of words, which has no order of positions: so each entry names the organisation
 * with one of the blocks of its positions, and a step is of a few blocks. It never reads more than
 * what these hold.
 */
final class WordWalk extends EventWalk {
  /** As {@code event_words} has it: so many bits of a position are its place in the block. */
  private static final int BLOCK_BITS = 14;

  private static final int MOST_BLOCKS = 16;

  /** Where several blocks hold more than that, fewer are asked about. */
  private static final int MOST_PLACES = 4_000;

  private static final int TIRED_AFTER = 1_024;

  /**
   * A word that is common elsewhere has the index of its blocks read through, a millisecond or two
   * for each: so many are looked at in any case, and others only while that goes fast.
   */
  private static final int IN_ANY_CASE = 32;

  private static final long FAST = Duration.ofMillis(60).toNanos();

  /** A step that finds more than that is followed by a smaller one. */
  private static final int MANY = 500;

  private static final String STEP =
      """
      select count(*),
        array_agg(position order by position%s) filter (where position >= :first and position < :end and %s)
      from (
        select %s from events@
        where organization = :organization and words is not null
          and event_words(organization, position, words)
            @@ (cast(:blocks as tsquery) && websearch_to_tsquery('simple', :words))
        limit %s) e
      """;

  private final LongSupplier nanoTime;
  private final long begunAt;
  private int blocks = 1;
  private int seen;

  /**
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  WordWalk(EventQuestion question, LongSupplier nanoTime) {
    super(question);
    this.nanoTime = nanoTime;
    this.begunAt = nanoTime.getAsLong();
  }

  @Override
  boolean isTired() {
    return seen >= TIRED_AFTER || seen >= IN_ANY_CASE && nanoTime.getAsLong() - begunAt >= FAST;
  }

  @Override
  Stride step(PageSpan within) {
    while (true) {
      PageSpan part = next(within);
      Stride step = look(part, blocks == 1 ? Integer.MAX_VALUE : MOST_PLACES + 1);
      if (blocks == 1 || step.looked() <= MOST_PLACES) {
        seen += blocks;
        blocks = step.looked() > MANY ? Math.max(1, blocks / 2) : Math.min(MOST_BLOCKS, 2 * blocks);
        return step;
      }
      // In the order of the index: they are any.
      blocks = Math.max(1, blocks / 4);
    }
  }

  private PageSpan next(PageSpan within) {
    long from = within.first() >> BLOCK_BITS;
    long to = (within.end() - 1) >> BLOCK_BITS;
    if (question.filter().newestFirst()) {
      from = Math.max(from, to - blocks + 1);
    } else {
      to = Math.min(to, from + blocks - 1);
    }
    return new PageSpan(
        Math.max(within.first(), from << BLOCK_BITS),
        Math.min(within.end(), (to + 1) << BLOCK_BITS));
  }

  private Stride look(PageSpan part, int atMost) {
    String organization = question.snapshot().organization().uuid().toString();
    String named =
        LongStream.rangeClosed(part.first() >> BLOCK_BITS, (part.end() - 1) >> BLOCK_BITS)
            .mapToObj(block -> "'" + organization + ":" + block + "'")
            .collect(Collectors.joining(" | "));
    String sql =
        STEP.formatted(
            question.filter().direction(), question.rest(null), EventQuestion.COLUMNS, atMost);
    return question
        .sql(sql, part)
        .param("blocks", named)
        .query((row, n) ->
            new Stride(
                row.getLong(1),
                question.filter().newestFirst() ? part.first() : Long.valueOf(part.end() - 1),
                positions(row, 2)))
        .single();
  }
}
