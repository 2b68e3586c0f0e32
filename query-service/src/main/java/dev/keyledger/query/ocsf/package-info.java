/** History in the words of the Open Cybersecurity Schema Framework. */
@NullMarked
package dev.keyledger.query.ocsf;

import org.jspecify.annotations.NullMarked;
