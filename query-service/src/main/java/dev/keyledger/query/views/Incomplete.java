package dev.keyledger.query.views;

import org.springframework.http.ResponseEntity;

/** Says in a header that what is {@code null} in an answer may be so only for now. */
final class Incomplete {
  static final String HEADER = "Keyledger-Incomplete";

  private Incomplete() {}

  /** An answer like the one that was read, with that header where it is due. */
  static ResponseEntity.BodyBuilder mark(ResponseEntity<?> read, boolean complete) {
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(read.getStatusCode()).headers(read.getHeaders());
    return complete ? answer : answer.header(HEADER, "personal-data");
  }
}
