package dev.keyledger.query.projection;

import dev.keyledger.query.projection.ViewRows.KeyRow;
import dev.keyledger.query.projection.ViewRows.MemberRow;
import dev.keyledger.query.projection.ViewRows.OrganizationRow;
import dev.keyledger.query.projection.ViewRows.PolicyRow;
import dev.keyledger.query.projection.ViewRows.Ref;
import java.util.UUID;

/** Everything that a batch touches, loaded before it is folded and written after. */
final class WorkingSet {
  final Rows<UUID, Long> positions = new Rows<>();
  final Rows<UUID, OrganizationRow> organizations = new Rows<>();
  final Rows<UUID, PolicyRow> policies = new Rows<>();
  final Rows<Ref, MemberRow> members = new Rows<>();
  final Rows<Ref, KeyRow> keys = new Rows<>();
}
