package dev.keyledger.conformance.fuzz;

import java.util.List;

/** What an attacker might type into a field to see what happens. */
final class Hostile {
  /** As they are; none is a control character, so that they may stand in a header too. */
  static final List<String> TEXTS =
      List.of(
          "' or '1'='1' --",
          "'; drop table token.person; --",
          "\\'; select pg_sleep(20); --",
          "*)(uid=*))(|(uid=*",
          "${jndi:ldap://127.0.0.1:1/a}",
          "${${lower:j}ndi:${lower:l}dap://127.0.0.1:1/a}",
          "{{7*7}}",
          "${7*7}",
          "#{T(java.lang.Runtime).getRuntime().exec('id')}",
          "<%= 7*7 %>",
          "<script>alert(1)</script>",
          "\"><img src=x onerror=alert(1)>",
          "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
          "../../../../etc/passwd",
          "..%2f..%2f..%2fetc%2fpasswd",
          "file:///etc/passwd",
          "http://127.0.0.1:8081/internal/v1",
          "| id",
          "$(id)",
          "%s%s%s%n%n",
          "%00",
          "-1",
          "0",
          "NaN",
          "1e999",
          "true",
          "null",
          "undefined",
          "[object Object]",
          "a".repeat(300),
          "A".repeat(4_000),
          "org.springframework.context.support.ClassPathXmlApplicationContext",
          "key_00000000-0000-7000-8000-000000000000",
          "org_ffffffff-ffff-7fff-bfff-ffffffffffff",
          "Bearer Bearer Bearer",
          "eyJhbGciOiJub25lIn0.eyJzdWIiOiJwZXJfMSJ9.",
          "__proto__");

  /** As JSON writes them: what has no other place than a JSON text. */
  static final List<String> JSON_TEXTS =
      List.of(
          "\"\\ud800\"",
          "\"\\udfff\\ud800\"",
          "\"a\\ud83dz\"",
          "\"\\u0000\"",
          "\"a\\u0000b\"",
          "\"\\u202e\\u2066\\ufeff\\u200b\"",
          "\"\\r\\nSet-Cookie: a=b\"",
          "\"\\r\\n\\r\\nHTTP/1.1 200 OK\"",
          "\"\\u0007\\u001b[2J\"",
          "\"\\uffff\\ufffe\"",
          "\"\ud83d\udc80\u0301\u0301\u0301\u05d0\"",
          "\"\"",
          "\" \"",
          "\"" + "\ud83d\udd11".repeat(500) + "\"",
          "\"" + "x".repeat(60_000) + "\"",
          "\"" + "\\u0041".repeat(5_000) + "\"");

  /** Of another kind than a text. */
  static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-0",
          "-1",
          "1.5",
          "1e400",
          "-1e400",
          "1e-400",
          "1E+2147483647",
          "9223372036854775808",
          "2147483648",
          "9".repeat(5_000),
          "0." + "1".repeat(5_000),
          "[]",
          "{}",
          "[null]",
          "[\"a\",1,{}]",
          "[[[[[[]]]]]]",
          "{\"a\":{\"b\":[]}}",
          "[" + "\"a\",".repeat(3_000) + "\"a\"]",
          "[\"clients.read\",\"clients.read\"]",
          "[\"*\"]",
          "{\"$ne\":null}",
          "{\"@type\":\"java.lang.Runtime\"}",
          "[\"java.util.HashMap\",{}]",
          "NaN",
          "Infinity",
          "undefined",
          "'a'",
          "01",
          "+1",
          ".5",
          "\"2026-13-45T99:99:99Z\"",
          "\"9999999999-12-31T00:00:00.000Z\"",
          "\"0000-00-00\"");

  static final List<String> CONTENT_TYPES =
      List.of(
          "",
          "text/plain",
          "text/html",
          "application/xml",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          "multipart/form-data",
          "application/json; charset=utf-16",
          "application/json; charset=iso-8859-1",
          "application/json; charset=nonsense",
          "application/json; charset=",
          "application/json;",
          "application/json; a=\"",
          "application/*",
          "*/*",
          "application/problem+json",
          "application/vnd.api+json",
          "APPLICATION/JSON",
          "application/json, text/plain",
          "json",
          "/",
          ";",
          "application/json\u00e9",
          "application/" + "j".repeat(3_000),
          "application/x-java-serialized-object");

  static final List<String> METHODS =
      List.of(
          "GET",
          "HEAD",
          "POST",
          "PUT",
          "PATCH",
          "DELETE",
          "OPTIONS",
          "TRACE",
          "PROPFIND",
          "get",
          "Post",
          "FOO",
          "G".repeat(200),
          "CONNECT",
          "LOCK",
          "QUERY");

  private Hostile() {}
}
