/** What services ask token-service about people, by one client. */
@NullMarked
package dev.keyledger.kit.people;

import org.jspecify.annotations.NullMarked;
