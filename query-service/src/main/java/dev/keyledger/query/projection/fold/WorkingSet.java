package dev.keyledger.query.projection.fold;

import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.Tile;
import dev.keyledger.query.projection.fold.ViewRows.KeyRow;
import dev.keyledger.query.projection.fold.ViewRows.MemberRow;
import dev.keyledger.query.projection.fold.ViewRows.NodeRow;
import dev.keyledger.query.projection.fold.ViewRows.OrganizationRow;
import dev.keyledger.query.projection.fold.ViewRows.PolicyRow;
import dev.keyledger.query.projection.fold.ViewRows.PositionRow;
import dev.keyledger.query.projection.fold.ViewRows.Ref;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Everything that a batch touches, loaded before it is folded and written after. */
public final class WorkingSet {
  public final Rows<UUID, PositionRow> positions = new Rows<>();
  public final Rows<UUID, OrganizationRow> organizations = new Rows<>();
  public final Rows<UUID, PolicyRow> policies = new Rows<>();
  public final Rows<Ref, MemberRow> members = new Rows<>();
  public final Rows<Ref, KeyRow> keys = new Rows<>();

  /** Those of the organisations' logs that have come to be complete, which none has been before. */
  public final List<NodeRow> nodes = new ArrayList<>();

  /** The organisation is at this position now, and its log has one leaf more. */
  public void reach(UUID organization, long position, Hash leaf) {
    PositionRow before = positions.find(organization);
    Frontier log = before == null ? Frontier.EMPTY : before.log();
    positions.put(
        organization,
        new PositionRow(
            organization, position, log == null ? null : grown(organization, log, leaf)));
  }

  private Frontier grown(UUID organization, Frontier log, Hash leaf) {
    return log.append(
        leaf,
        (height, index, root) -> {
          if (height % Tile.HEIGHT == 0) {
            nodes.add(new NodeRow(organization, height / Tile.HEIGHT, index, root));
          }
        });
  }
}
