package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.events.id.OrganizationId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;

/**
 * All of one source of history, oldest first, for what writes all of it. Positions are of that
 * source alone: what is added later has higher ones, so who goes on behind one misses nothing.
 */
public interface ExportPages {
  /**
   * @param position the last one that there is; -1 of none
   */
  record End(OrganizationId organization, long position) {}

  /** An event and where it stands. */
  record Positioned(long position, History.Event event) {}

  /**
   * @param lines none where there are no more
   * @param complete whether all that is personal could be opened, or is erased
   */
  record Shown(List<Positioned> lines, boolean complete) {}

  /**
   * What another service of the platform asks for.
   *
   * @param end the last position that there is; -1 of none
   */
  record ToldPart(List<Positioned> lines, boolean complete, long end) {
    static final ToldPart NOTHING = new ToldPart(List.of(), true, -1);
  }

  /**
   * For another service of the platform, which has found out itself who is told. Nothing where
   * there is no such organisation.
   *
   * @param from first position
   * @param limit of lines; with 0 it only tells how far it is
   */
  ToldPart told(OrganizationId organization, long from, int limit);

  /** The answer has the headers of every read. */
  ResponseEntity<End> end(Caller caller, String org, @Nullable String atLeast);

  /**
   * @param from first position
   * @param to first position that is too late
   * @param limit of lines
   */
  Shown page(Caller caller, String org, long from, long to, int limit);

  /**
   * @param to first position that there isn't
   * @throws dev.keyledger.kit.web.ProblemException 422 where there never was a position before that
   *     one
   */
  void mustBeWithin(long from, long to);
}
