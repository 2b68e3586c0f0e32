package dev.keyledger.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** HTTP/1.1 requests as text, made before the clock runs. */
public final class RawRequest {
  private RawRequest() {}

  public static String post(String path, Map<String, String> headers, String json) {

    var text = new StringBuilder(512);
    text.append("POST ").append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    text.append("Content-Type: application/json\r\nContent-Length: ")
        .append(json.getBytes(StandardCharsets.UTF_8).length)
        .append("\r\n\r\n")
        .append(json);
    return text.toString();
  }
}
