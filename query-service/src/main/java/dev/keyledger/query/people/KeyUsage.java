package dev.keyledger.query.people;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.people.TokenServiceClient;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From where a key was used, asked of token-service, which counts that. */
public final class KeyUsage {
  /**
   * @param kind {@code network}, {@code others} or {@code unknown}
   */
  public record PlaceOfUse(
      Activity.@Nullable Network network,
      String kind,
      long today,
      long week,
      long all,
      LocalDate lastUsedOn) {}

  /**
   * @param since the first day that was looked at, of UTC
   * @param placeCount of which {@code places} are some
   */
  public record Of(
      LocalDate since,
      long today,
      long week,
      long all,
      int placeCount,
      List<PlaceOfUse> places,
      int refreshTokens,
      @Nullable Instant refreshUntil,
      @Nullable Instant refreshedAt) {}

  /**
   * @param kind {@code network}, {@code others} or {@code unknown}
   */
  public record ExposedPlace(
      Activity.@Nullable Network network,
      String kind,
      long uses,
      LocalDate firstUsedOn,
      LocalDate lastUsedOn) {}

  /**
   * @param knownFrom the first day of which all uses are known, of UTC
   * @param placeCount of which {@code places} are some
   * @param refreshTokens that could be exchanged for others
   * @param listedTokens that were listed since then and whose time isn't up
   */
  public record Exposed(
      LocalDate knownFrom,
      long uses,
      int placeCount,
      List<ExposedPlace> places,
      int refreshTokens,
      @Nullable Instant refreshUntil,
      @Nullable Instant refreshedAt,
      int listedTokens,
      @Nullable Instant listedUntil) {}

  private record ExposureQuestion(OrganizationId organization, KeyId key, Instant since) {}

  private record UsageQuestion(OrganizationId organization, KeyId key) {}

  private final TokenServiceClient tokenService;

  KeyUsage(TokenServiceClient tokenService) {
    this.tokenService = tokenService;
  }

  /**
   * @throws dev.keyledger.kit.people.UnansweredException when it can't be told now
   */
  public Of of(OrganizationId organization, KeyId key) {
    return tokenService.post(
        "/internal/v1/keys/usage", new UsageQuestion(organization, key), Of.class);
  }

  /**
   * What may be in others' hands that had the key since then.
   *
   * @throws dev.keyledger.kit.people.UnansweredException when it can't be told now
   */
  public Exposed since(OrganizationId organization, KeyId key, Instant since) {
    return tokenService.post(
        "/internal/v1/keys/exposure",
        new ExposureQuestion(organization, key, since),
        Exposed.class);
  }
}
