package dev.keyledger.token.enforcement.tokens;

import dev.keyledger.kit.decide.AccessClaims;

/**
 * Gives a token its place in a status list; status implements it. Once it has one, the list tells
 * what becomes of the token, whichever replica is asked.
 */
@FunctionalInterface
public interface TokenListing {
  /**
   * In the transaction under way, if there is one.
   *
   * @param claims of a token of an organisation
   */
  StatusPlace placeFor(AccessClaims claims);
}
