/** The receipts of keys' last ends, for longer than any process lives. */
package dev.keyledger.command.receipts;
