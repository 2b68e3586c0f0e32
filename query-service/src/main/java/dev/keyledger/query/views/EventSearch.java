package dev.keyledger.query.views;

import dev.keyledger.query.views.EventQuestion.Clause;
import java.util.List;

/**
 * Which index leads to a page of what several parts of a question ask for at once. It is the one
 * with the fewest events in what is left of history: they are counted, as far as it makes a
 * difference. Words are tried by their own index where all others lead to many. Where each leads to
 * more than a page may look at, the page ends early and says where it came to.
 */
final class EventSearch {
  /** So many events are looked at for a page. */
  private static final int WORK = 10_000;

  /** So few that counting others would cost as much. */
  private static final int FEW = 2_000;

  private static final int WORDS_TRIED = 5_000;

  /** With words each event costs twice as much. */
  private static final int WORK_WITH_WORDS = 8_000;

  private record Way(Clause part, long count) {}

  private EventSearch() {}

  static EventPlaces find(EventQuestion question) {
    if (question.filter().words() == null) {
      return new IndexWalk(question, narrowest(question).part()).upTo(WORK).places();
    }
    if (!hasWords(question)) {
      return new EventPlaces(List.of(), null);
    }
    if (question.parts().isEmpty()) {
      return new WordWalk(question, System::nanoTime).upTo(WORK).places();
    }
    Way way = narrowest(question);
    EventWalk walk = new IndexWalk(question, way.part()).upTo(FEW);
    if (walk.isDone()) {
      return walk.places();
    }
    EventWalk words =
        new WordWalk(question, System::nanoTime).upTo(Math.min(way.count(), WORDS_TRIED));
    if (words.isDone()) {
      return words.places();
    }
    walk.upTo(WORK_WITH_WORDS);
    return (walk.isDone() || walk.isAheadOf(words) ? walk : words).places();
  }

  /** Of these few, which the index of another table has led to. */
  static EventPlaces among(EventQuestion question, List<Long> positions) {
    question.arguments().put("among", positions.toArray(Long[]::new));
    return new IndexWalk(question, new Clause(List.of("position = any (:among)")))
        .upTo(positions.size() + 1L)
        .places();
  }

  private static boolean hasWords(EventQuestion question) {
    return question
        .sql("select numnode(websearch_to_tsquery('simple', :words)) > 0", question.span())
        .query(Boolean.class)
        .single();
  }

  private static Way narrowest(EventQuestion question) {
    if (question.parts().isEmpty()) {
      return new Way(Clause.EVERYTHING, WORK);
    }
    Way best = new Way(question.parts().getFirst(), WORK);
    if (question.parts().size() == 1 && question.filter().words() == null) {
      return best;
    }
    for (Clause part : question.parts()) {
      long count = IndexWalk.count(question, part, (int) best.count());
      if (count < best.count()) {
        best = new Way(part, count);
      }
      if (count <= FEW) {
        break;
      }
    }
    return best;
  }
}
