/** PostgreSQL's failures, told as Spring tells those of any database. */
@NullMarked
package dev.keyledger.kit.database;

import org.jspecify.annotations.NullMarked;
