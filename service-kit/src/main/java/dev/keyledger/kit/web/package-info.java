/** How every service speaks HTTP, as Spring Boot auto-configuration. */
@NullMarked
package dev.keyledger.kit.web;

import org.jspecify.annotations.NullMarked;
