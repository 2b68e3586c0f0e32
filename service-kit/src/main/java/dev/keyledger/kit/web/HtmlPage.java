package dev.keyledger.kit.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.HtmlUtils;

/** A plain page for people: one style, no script, nothing from another host. */
public final class HtmlPage {
  private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);

  private static final String STYLE =
      """
      :root { color-scheme: light dark; }
      body { font: 0.94rem/1.6 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 2rem 1.25rem;
        color: light-dark(#1c2024, #e6e8ea); background: light-dark(#fff, #15181b); }
      h1 { font-size: 1.5rem; line-height: 1.25; }
      h2 { font-size: 1.125rem; margin-top: 2rem; }
      a { color: light-dark(#0b5cad, #7ab8f5); }
      a:focus-visible { outline: 2px solid; outline-offset: 2px; }
      code, pre, td:first-child { font-family: ui-monospace, monospace; font-variant-numeric: tabular-nums; }
      pre { padding: 1rem; overflow-x: auto; background: light-dark(#f2f4f6, #20252a); border-radius: 6px;
        white-space: pre-wrap; overflow-wrap: anywhere; }
      table { border-collapse: collapse; width: 100%; }
      th, td { text-align: left; vertical-align: top; padding: 0.5rem 0.75rem 0.5rem 0;
        border-bottom: 1px solid light-dark(#d8dde2, #343b42); }
      @media (max-width: 48rem) { thead { display: none; } tr, td { display: block; } td { border: 0; padding: 0; }
        tr { border-bottom: 1px solid light-dark(#d8dde2, #343b42); padding: 0.75rem 0; } }
      """;

  private static final String POLICY =
      "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
          .formatted(sha256(STYLE));

  private HtmlPage() {}

  /**
   * @param title in plain text
   * @param body HTML, in which every text is {@link #escaped}
   */
  public static ResponseEntity<String> of(String title, String body, CacheControl caching) {
    return ResponseEntity.ok()
        .contentType(HTML)
        .cacheControl(caching)
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Referrer-Policy", "no-referrer")
        .body(
            """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>%s</title><style>%s</style></head>
            <body>
            <h1>%s</h1>
            %s</body>
            </html>
            """
                .formatted(escaped(title), STYLE, escaped(title), body));
  }

  public static String escaped(Object text) {
    return HtmlUtils.htmlEscape(String.valueOf(text), StandardCharsets.UTF_8.name());
  }

  private static String sha256(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
