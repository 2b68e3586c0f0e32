package dev.keyledger.conformance.attack;

import dev.keyledger.conformance.wire.Request;
import java.util.Map;

/** Where people sign in. */
enum Door {
  CANONICAL("the canonical API", "standard", "/v1/sessions"),
  INCRM("InCRM", "incrm", "/api/v1/auth/sign-in"),
  SYNCGRAM_PAY("Syncgram Pay", "syncgram-pay", "/api/v1/auth/login");

  private final String title;
  private final String preset;
  private final String path;

  Door(String title, String preset, String path) {
    this.title = title;
    this.preset = preset;
    this.path = path;
  }

  String preset() {
    return preset;
  }

  String path() {
    return path;
  }

  /** From an address of its own: no attack is locked out for what another one does. */
  Request signIn(String email, String password, String from) {
    return Request.post(path, Map.of("email", email, "password", password))
        .with("X-Forwarded-For", from);
  }

  @Override
  public String toString() {
    return title;
  }
}
