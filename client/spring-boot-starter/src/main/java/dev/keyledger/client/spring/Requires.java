package dev.keyledger.client.spring;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The access rule of an endpoint. One that declares neither this nor {@link PublicEndpoint} answers
 * nothing and fails a test. Where the path has a variable {@code org}, the caller must also belong
 * to that organisation.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Requires {
  /** A permission, or one of the constants below. */
  String value();

  /** Any verified caller. */
  String AUTHENTICATED = "authenticated";

  /** A person's own access token, of a member or an operator: never an API key. */
  String PERSON = "person";

  /** The platform's operator. */
  String OPERATOR = "operator";
}
