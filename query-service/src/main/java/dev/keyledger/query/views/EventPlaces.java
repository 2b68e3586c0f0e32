package dev.keyledger.query.views;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * At which positions a page finds what it shows.
 *
 * @param positions in the order of the page, one more than its limit where there are so many
 * @param end the last one that was looked at, where that had to be enough: there may be more behind
 */
record EventPlaces(List<Long> positions, @Nullable Long end) {}
