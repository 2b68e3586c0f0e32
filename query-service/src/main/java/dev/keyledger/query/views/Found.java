package dev.keyledger.query.views;

import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What history holds of one moment, before personal data is opened. */
sealed interface Found {
  Instant at();

  /** Sealed, from the members' view. */
  @Nullable SealedText actorEmail();

  /**
   * An event of the ledger.
   *
   * @param prior the word that the event doesn't say: see the fold
   * @param formerCeiling the event that had set the ceiling which this one replaced; {@code null}
   *     where none had, and where this one sets none
   */
  record OfLedger(
      LedgerEvent event,
      @Nullable String prior,
      @Nullable StandingEvent formerCeiling,
      @Nullable SealedText actorEmail)
      implements Found {
    @Override
    public Instant at() {
      return event.event().at();
    }
  }

  /**
   * What happened beside the ledger.
   *
   * @param member whose session or sign-in it was; {@code null} where it happened to a key, or to a
   *     person who isn't known as a member
   * @param network from which a key was used or refused, where that is told
   * @param denied {@code null} of all but denied commands
   */
  record OfActivity(
      EventId id,
      String type,
      Instant at,
      @Nullable MemberId member,
      @Nullable SealedText actorEmail,
      @Nullable SessionId session,
      @Nullable KeyId key,
      @Nullable String code,
      @Nullable Long count,
      @Nullable OfNetwork network,
      @Nullable DeniedCommand denied)
      implements Found {}

  /**
   * @param name {@code null} of one that is sealed
   * @param sealed {@code null} of one that is in clear
   */
  record OfNetwork(@Nullable String name, @Nullable SealedText sealed) {}

  /**
   * @param organization whose command it would have been
   * @param by {@code operator}, {@code member}, {@code key} or {@code outsider}
   * @param operator who they were, if it was one
   * @param targetKey that it was about
   * @param targetMember that it was about
   */
  record DeniedCommand(
      OrganizationId organization,
      String by,
      @Nullable PersonId operator,
      @Nullable KeyId targetKey,
      @Nullable MemberId targetMember,
      @Nullable String operation,
      @Nullable String permission) {}
}
