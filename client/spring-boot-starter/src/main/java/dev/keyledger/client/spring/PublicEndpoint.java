package dev.keyledger.client.spring;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An endpoint that authenticates by what is in the request itself, or tells nothing worth
 * protecting; it says which. An annotation that carries this one is as good.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface PublicEndpoint {
  String because();
}
