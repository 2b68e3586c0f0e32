/**
 * Real servers, for the stand-alone runner and the tests, which start and end them. Nothing here is
 * on the path of a production installation.
 */
package dev.keyledger.infra.servers;
