/**
 * Status lists (draft-ietf-oauth-status-list-21): where each listed token stands, and whether it
 * holds.
 */
@NullMarked
package dev.keyledger.token.enforcement.status;

import org.jspecify.annotations.NullMarked;
