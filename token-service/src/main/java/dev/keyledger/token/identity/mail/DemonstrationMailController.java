package dev.keyledger.token.identity.mail;

import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.kit.web.HtmlPage;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows the letters of a demonstration, whose people have no mailboxes. Not there without the
 * demonstration flag, nor where letters go anywhere but into a folder.
 */
@RestController
@ConditionalOnBooleanProperty("keyledger.demonstration")
@ConditionalOnProperty(name = "keyledger.mail.transport", havingValue = "folder")
class DemonstrationMailController {
  private static final int MOST = 50;

  private final Path folder;

  DemonstrationMailController(MailSettings settings) {
    this.folder = Objects.requireNonNull(settings.folder());
  }

  /** The newest first. */
  @GetMapping("/v1/demonstration/mail")
  @PublicEndpoint(because = "it is there in a demonstration alone, whose passwords are public")
  ResponseEntity<String> show() {
    String letters =
        newest().stream()
            .map(DemonstrationMailController::article)
            .collect(Collectors.joining("\n", "", "\n"));
    return HtmlPage.of(
        "Letters of the demonstration",
        letters.isBlank() ? "<p>There are none yet.</p>\n" : letters,
        CacheControl.noStore());
  }

  private static String article(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      var message = new MimeMessage(Session.getInstance(form()), in);
      return "<article><h2>%s</h2><p>To %s, %s</p><pre>%s</pre></article>"
          .formatted(
              HtmlPage.escaped(message.getSubject()),
              HtmlPage.escaped(message.getHeader("To", ", ")),
              HtmlPage.escaped(message.getHeader("Date", ", ")),
              HtmlPage.escaped(message.getContent()));
    } catch (MessagingException e) {
      throw new IllegalStateException("a letter of ours can't be read", e);
    } catch (IOException e) {
      throw new UncheckedIOException("a letter can't be read", e);
    }
  }

  private static Properties form() {
    var properties = new Properties();
    properties.put("mail.mime.allowutf8", "true");
    return properties;
  }

  private List<Path> newest() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(MailFolder.SUFFIX))
          .sorted(Comparator.reverseOrder())
          .limit(MOST)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("letters can't be listed", e);
    }
  }
}
