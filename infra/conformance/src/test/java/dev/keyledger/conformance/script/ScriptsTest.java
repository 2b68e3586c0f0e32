package dev.keyledger.conformance.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.conformance.script.Step.Exchange;
import dev.keyledger.conformance.script.Step.Expected;
import dev.keyledger.conformance.script.Step.Field;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptsTest {
  @Test
  void aFileIsReadAsItIsWritten() {
    Script script =
        Scripts.of(
            "example",
            """
            # A comment.

            ## $who is known
            @let $who.name = $who

            ### Somebody is greeted
            @given ann is known
            @clock +PT15M
            @name greeting
            @parallel 2
            POST /greet?loud=true
            Accept: application/json

            {
              "name": "{{ann.name}}"
            }

            > 200 x 1
            > Content-Type: application/json
            > {
            >   "greeting": "Hello"
            > }
            > 429 x 1
            > Retry-After: @absent
            > @same-body as each other
            """);
    assertThat(script.givens()).extracting(Given::title).containsExactly("$who is known");
    assertThat(script.sentences()).hasSize(1);
    assertThat(script.sentences().getFirst().title()).isEqualTo("Somebody is greeted");
    assertThat(script.sentences().getFirst().line()).isEqualTo(6);
    assertThat(script.sentences().getFirst().steps())
        .containsExactly(
            new Step.Assume(7, "ann is known"),
            new Step.MoveClock(8, Duration.ofMinutes(15)),
            new Exchange(
                11,
                "greeting",
                2,
                1,
                Duration.ZERO,
                new Step.Request(
                    "POST",
                    "/greet?loud=true",
                    List.of(new Field("Accept", "application/json")),
                    "{\n  \"name\": \"{{ann.name}}\"\n}"),
                List.of(
                    new Expected(
                        18,
                        200,
                        1,
                        List.of(new Field("Content-Type", "application/json")),
                        "{\n\"greeting\": \"Hello\"\n}\n",
                        null),
                    new Expected(
                        23,
                        429,
                        1,
                        List.of(new Field("Retry-After", "@absent")),
                        null,
                        "each other"))));
  }

  @Test
  void theWordsOfAGivenArePutIn() {
    Script script = Scripts.of("example", "## $who, $role of $org\n@let $who.role = $role\n");
    assertThat(script.givens().getFirst().saidAs("ann, owner of acme"))
        .hasValue(List.of(new Step.Let(2, "ann.role", "owner")));
    assertThat(script.givens().getFirst().saidAs("ann is owner of acme")).isEmpty();
  }

  @Test
  void whatIsNothingKnownIsAnErrorWithItsLine() {
    assertThatThrownBy(() -> Scripts.of("example", "### One\nGET /a\n> 200\n\nPOST\n"))
        .hasMessage("example, line 5: neither a directive nor a request: POST");
    assertThatThrownBy(() -> Scripts.of("example", "### One\n@sleep 5\n"))
        .hasMessageContaining("line 2: no such directive: @sleep");
  }

  @Test
  void aSentenceAsksAndSaysWhatIsExpected() {
    assertThatThrownBy(() -> Scripts.of("example", "### Nothing is asked\n@let a = b\n"))
        .hasMessageContaining("nothing is asked under: Nothing is asked");
    assertThatThrownBy(() -> Scripts.of("example", "### One\nGET /a\n\n"))
        .hasMessageContaining("a request without the answer that is expected");
    assertThatThrownBy(() -> Scripts.of("example", "### One\nGET /a\n> 200\n> 404\n"))
        .hasMessageContaining("one request has one answer");
  }
}
