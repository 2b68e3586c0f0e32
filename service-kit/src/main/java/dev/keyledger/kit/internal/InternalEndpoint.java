package dev.keyledger.kit.internal;

import dev.keyledger.client.spring.PublicEndpoint;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Who may call an endpoint under {@code /internal/}, by an internal token. Anybody else of ours is
 * 403 {@value InternalCallers#NOT_ALLOWED}, everybody else 401. A service with an endpoint there
 * that declares nobody doesn't start.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@PublicEndpoint(because = "it takes an internal token of the callers that it lists")
public @interface InternalEndpoint {
  ServicePair[] value();
}
