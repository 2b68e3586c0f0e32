/** What has ended or changed, followed so closely that a dead credential is refused in time. */
@NullMarked
package dev.keyledger.client.revocations;

import org.jspecify.annotations.NullMarked;
