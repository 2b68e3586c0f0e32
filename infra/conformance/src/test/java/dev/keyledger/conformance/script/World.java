package dev.keyledger.conformance.script;

import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/** The platform, as far as a file can speak of it. */
public interface World {
  URI baseUrl();

  Clock clock();

  void advance(Duration by);

  /** An access token of the platform's operator, good for minutes. */
  String operatorToken();

  /** A folder with all services' logs. */
  Path logs();

  /** Looks at an answer, whatever the file says of it. */
  default void answered(HttpResponse<byte[]> answer) {}
}
