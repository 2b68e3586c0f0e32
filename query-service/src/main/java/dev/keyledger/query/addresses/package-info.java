/**
 * From where events came, searchable: keyed hashes of networks beside the views, made of what they
 * show, and gone with an erasure.
 */
@NullMarked
package dev.keyledger.query.addresses;

import org.jspecify.annotations.NullMarked;
