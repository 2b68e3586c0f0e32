package dev.keyledger.token.enforcement.tokens;

import java.util.UUID;

/**
 * A token's place in a status list (draft-ietf-oauth-status-list-21, section 6.1), which is no
 * other token's, ever.
 *
 * @param index from 0
 */
public record StatusPlace(UUID list, int index) {}
