package dev.keyledger.events.credential;

import dev.keyledger.events.id.PersonId;

/**
 * Text under a person's data key: AES-256-GCM, the person's id bound in, nonce first, base64url.
 * Destroying the key erases the text wherever it was copied.
 */
public record SealedText(PersonId person, String ciphertext) {}
