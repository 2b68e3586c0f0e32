package dev.keyledger.kit.web;

import java.util.Set;
import org.springframework.core.MethodParameter;

/**
 * Says which query parameters an argument of a handler is made of, beside those that handlers
 * declare themselves. A handler that has the argument takes them.
 */
@FunctionalInterface
public interface ArgumentParameters {
  /** Their names; none for an argument that is made of something else. */
  Set<String> of(MethodParameter argument);
}
