package dev.keyledger.query.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which members have accepted their invitation, asked of token-service: no event tells it. Who has
 * is remembered for five minutes, who hasn't is asked about each time.
 */
public final class AcceptedMembers {
  private static final Logger log = LoggerFactory.getLogger(AcceptedMembers.class);
  private static final Duration KEPT = Duration.ofMinutes(5);
  private static final int MEMBERS = 10_000;

  record Question(List<MemberId> members) {}

  record Answer(List<MemberId> accepted) {}

  /**
   * For one answer.
   *
   * @param complete {@code false} when token-service could not be asked
   */
  public record Told(Set<MemberId> accepted, boolean complete) {
    /** {@code null} when it isn't known just now. */
    public @Nullable Boolean isInvited(MemberId member) {
      return accepted.contains(member) ? Boolean.FALSE : complete ? Boolean.TRUE : null;
    }
  }

  private final TokenServiceClient tokenService;
  private final Cache<MemberId, Boolean> known;

  AcceptedMembers(TokenServiceClient tokenService, Ticker ticker) {
    this.tokenService = tokenService;
    this.known =
        Caffeine.newBuilder().maximumSize(MEMBERS).expireAfterWrite(KEPT).ticker(ticker).build();
  }

  /**
   * @param members of one page
   */
  public Told of(Set<MemberId> members) {
    var accepted = new HashSet<MemberId>();
    var unknown =
        members.stream()
            .filter(member -> {
              if (known.getIfPresent(member) == null) {
                return true;
              }
              accepted.add(member);
              return false;
            })
            .toList();
    if (unknown.isEmpty()) {
      return new Told(accepted, true);
    }
    try {
      tokenService
          .post("/internal/v1/memberships/accepted", new Question(unknown), Answer.class)
          .accepted()
          .forEach(member -> {
            accepted.add(member);
            known.put(member, true);
          });
      return new Told(accepted, true);
    } catch (UnansweredException e) {
      log.warn("Who has accepted can't be told just now: {}", e.getMessage());
      return new Told(accepted, false);
    }
  }
}
