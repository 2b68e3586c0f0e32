package dev.keyledger.kit.web;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.exc.MismatchedInputException;

/** A value in a body that isn't of the form due there, and what is due, without quoting it. */
public final class UnfitValueException extends MismatchedInputException {
  private final String due;

  /**
   * @param due a sentence for the client
   */
  public UnfitValueException(JsonParser parser, Class<?> type, String due) {
    super(parser, due, type);
    this.due = due;
  }

  String due() {
    return due;
  }
}
