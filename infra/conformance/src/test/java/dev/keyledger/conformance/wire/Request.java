package dev.keyledger.conformance.wire;

import dev.keyledger.events.EventCodec;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A request as it goes over the wire, also one that no HTTP client would send: methods, targets and
 * header lines are what they are given, character by byte (ISO 8859-1). Only {@code Host}, and the
 * length of a body of which nothing else is said, are added.
 *
 * @param lines such as {@code Accept: text/plain}
 */
public record Request(String method, String target, List<String> lines, byte[] body) {
  private static final byte[] NOTHING = new byte[0];

  public Request {
    lines = List.copyOf(lines);
  }

  public static Request get(String target) {
    return new Request("GET", target, List.of(), NOTHING);
  }

  public static Request post(String target) {
    return new Request("POST", target, List.of(), NOTHING);
  }

  public static Request post(String target, Map<String, ?> body) {
    return post(target).json(body);
  }

  public static Request of(String method, String target) {
    return new Request(method, target, List.of(), NOTHING);
  }

  public Request json(Map<String, ?> object) {
    return with("Content-Type", "application/json")
        .body(EventCodec.mapper().writeValueAsBytes(object));
  }

  /** As an HTML form would send it. */
  public Request form(Map<String, String> fields) {
    String text =
        fields.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return with("Content-Type", "application/x-www-form-urlencoded")
        .body(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** With a bearer token: an access token, or a key. */
  public Request as(String bearer) {
    return with("Authorization", "Bearer " + bearer);
  }

  /** One more header, whatever others there are of that name. */
  public Request with(String name, String value) {
    return line(name + ": " + value);
  }

  public Request line(String line) {
    var more = new ArrayList<>(lines);
    more.add(line);
    return new Request(method, target, more, body);
  }

  public Request without(String name) {
    return new Request(
        method, target, lines.stream().filter(line -> !isOf(line, name)).toList(), body);
  }

  /** With one header of that name, this one. */
  public Request replacing(String name, String value) {
    return without(name).with(name, value);
  }

  public Request body(byte[] bytes) {
    return new Request(method, target, lines, bytes);
  }

  public Request method(String other) {
    return new Request(other, target, lines, body);
  }

  public Request target(String other) {
    return new Request(method, other, lines, body);
  }

  public boolean says(String name) {
    return lines.stream().anyMatch(line -> isOf(line, name));
  }

  private static boolean isOf(String line, String name) {
    return line.regionMatches(true, 0, name + ":", 0, name.length() + 1);
  }

  public byte[] bytes(String host) {
    var head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    if (!says("Host")) {
      head.append("Host: ").append(host).append("\r\n");
    }
    lines.forEach(line -> head.append(line).append("\r\n"));
    boolean needsLength = body.length > 0 || method.equals("POST");
    if (needsLength && !says("Content-Length") && !says("Transfer-Encoding")) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n");
    var out = new ByteArrayOutputStream();
    out.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(body);
    return out.toByteArray();
  }
}
