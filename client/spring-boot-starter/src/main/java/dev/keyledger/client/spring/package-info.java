/** Authentication and access rules as Spring Boot auto-configuration. */
@NullMarked
package dev.keyledger.client.spring;

import org.jspecify.annotations.NullMarked;
