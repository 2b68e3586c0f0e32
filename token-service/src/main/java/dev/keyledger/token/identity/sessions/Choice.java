package dev.keyledger.token.identity.sessions;

/** What came of looking for the organisation that a person is to act in. */
sealed interface Choice {
  record Chosen(Active active) implements Choice {}

  /** None that they may name, or none at all of the dialect's. */
  record NotOffered() implements Choice {}

  record Suspended() implements Choice {}

  /** The organisation admits people from listed addresses only. */
  record AddressNotAllowed() implements Choice {}

  /** A record of the organisation cannot be read. */
  record NotKnown() implements Choice {}
}
