package dev.keyledger.client.spring;

import java.util.function.Supplier;

/**
 * By which this service shows token-service who it is, each time anew. A bean of this type stands
 * in for {@code keyledger.client.api-key}: the platform's own services show an internal token.
 */
@FunctionalInterface
public interface OwnCredential extends Supplier<String> {}
