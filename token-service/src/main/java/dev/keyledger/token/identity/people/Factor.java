package dev.keyledger.token.identity.people;

/**
 * What a person proves themselves by. Wrong ones are counted by factor, and forgiven by a right one
 * of the same alone: a password forgives no guesses at codes.
 */
public enum Factor {
  PASSWORD,
  CODE
}
