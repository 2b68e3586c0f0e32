/**
 * The platform's services as processes on one machine, as the stand-alone runner and the suites on
 * a real cluster start them.
 */
package dev.keyledger.infra.services;
