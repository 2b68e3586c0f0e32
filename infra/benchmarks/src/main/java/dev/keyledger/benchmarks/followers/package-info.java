/** Who follows the platform while it is measured, in processes of their own. */
@NullMarked
package dev.keyledger.benchmarks.followers;

import org.jspecify.annotations.NullMarked;
