/** Authentication and access rules as Spring Boot auto-configuration. */
@NullMarked
package dev.keyledger.subscriber.starter;

import org.jspecify.annotations.NullMarked;
