package dev.keyledger.command.people;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import java.util.List;

/** Whose key a secret belongs to, asked of token-service by its verifier. */
public final class KeysOfSecrets {
  /** As many as may be asked about at once. */
  public static final int AT_ONCE = 1_000;

  /**
   * A key that one of the verifiers is of.
   *
   * @param live whether it hasn't ended, as far as token-service has heard
   */
  public record Found(String verifier, OrganizationId organization, KeyId key, boolean live) {
    @Override
    public String toString() {
      return "[secret of " + key + "]";
    }
  }

  private record Question(List<String> verifiers) {
    @Override
    public String toString() {
      return "[" + verifiers.size() + " verifiers]";
    }
  }

  /**
   * @param complete whether those that aren't among them are nobody's
   */
  public record Told(List<Found> keys, boolean complete) {}

  private final TokenServiceClient tokenService;

  KeysOfSecrets(TokenServiceClient tokenService) {
    this.tokenService = tokenService;
  }

  /**
   * @param verifiers base64url, {@value #AT_ONCE} at most
   * @return of those that a key has, in no order
   * @throws UnansweredException when it can't be told now
   */
  public Told of(List<String> verifiers) {
    return verifiers.isEmpty()
        ? new Told(List.of(), true)
        : tokenService.post("/internal/v1/keys/of-secrets", new Question(verifiers), Told.class);
  }
}
