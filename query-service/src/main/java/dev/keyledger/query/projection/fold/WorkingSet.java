package dev.keyledger.query.projection.fold;

import dev.keyledger.query.projection.fold.ViewRows.KeyRow;
import dev.keyledger.query.projection.fold.ViewRows.MemberRow;
import dev.keyledger.query.projection.fold.ViewRows.OrganizationRow;
import dev.keyledger.query.projection.fold.ViewRows.PolicyRow;
import dev.keyledger.query.projection.fold.ViewRows.Ref;
import java.util.UUID;

/** Everything that a batch touches, loaded before it is folded and written after. */
public final class WorkingSet {
  public final Rows<UUID, Long> positions = new Rows<>();
  public final Rows<UUID, OrganizationRow> organizations = new Rows<>();
  public final Rows<UUID, PolicyRow> policies = new Rows<>();
  public final Rows<Ref, MemberRow> members = new Rows<>();
  public final Rows<Ref, KeyRow> keys = new Rows<>();
}
