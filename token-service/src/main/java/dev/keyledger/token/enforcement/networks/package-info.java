/**
 * From which networks keys are used, and how often: kept beside what decides, never asked by it.
 */
@NullMarked
package dev.keyledger.token.enforcement.networks;

import org.jspecify.annotations.NullMarked;
