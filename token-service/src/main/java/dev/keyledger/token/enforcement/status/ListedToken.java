package dev.keyledger.token.enforcement.status;

import dev.keyledger.kit.decide.AccessClaims;

/**
 * A token as its row tells it: all that decides about it, and not whose it is beyond ids.
 *
 * @param index in its list
 */
record ListedToken(int index, AccessClaims claims) {}
