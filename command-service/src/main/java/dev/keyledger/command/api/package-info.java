/** The canonical API's commands over HTTP. Nothing is decided here. */
package dev.keyledger.command.api;
