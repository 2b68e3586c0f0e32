/**
 * Real servers, started and ended by whoever needs them: the stand-alone runner and the tests.
 * Nothing here is on the path of a production installation.
 */
package dev.keyledger.infra.servers;
