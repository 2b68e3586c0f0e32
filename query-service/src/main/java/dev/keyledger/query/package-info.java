/** Shows: views and history of organisations, keys and members. It never writes to the ledger. */
package dev.keyledger.query;
