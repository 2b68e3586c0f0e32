/** The whole platform on one machine, for trying it out: servers, services, demonstration data. */
package dev.keyledger.standalone;
