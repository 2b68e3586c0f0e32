/**
 * What ended or changed within the longest life of a token, in order, to be read from any place.
 */
@NullMarked
package dev.keyledger.delivery.feed;

import org.jspecify.annotations.NullMarked;
