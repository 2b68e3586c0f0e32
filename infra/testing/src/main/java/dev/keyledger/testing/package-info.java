/**
 * The platform as real processes under a test's control. Nothing of this is in what ships: a
 * service meets it only when a test starts the service through it.
 */
package dev.keyledger.testing;
