package dev.keyledger.command.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentlyUsedTest {
  private final RecentlyUsed<String> recent = new RecentlyUsed<>(100);

  @Test
  void keepsThoseThatWereUsedLastAsFarAsTheirBytesGo() {
    recent.put("a", "A", 40);
    recent.put("b", "B", 40);
    assertThat(recent.get("a")).isEqualTo("A");
    recent.put("c", "C", 40);
    assertThat(recent.get("b")).isNull();
    assertThat(recent.get("a")).isEqualTo("A");
    assertThat(recent.get("c")).isEqualTo("C");
    assertThat(recent.bytes()).isEqualTo(80);
  }

  @Test
  void keepsTheVeryLastHoweverLargeItIs() {
    recent.put("a", "A", 40);
    recent.put("large", "L", 1_000);
    assertThat(recent.get("large")).isEqualTo("L");
    assertThat(recent.get("a")).isNull();
    recent.put("b", "B", 10);
    assertThat(recent.get("large")).isNull();
    assertThat(recent.bytes()).isEqualTo(10);
  }

  @Test
  void weighsAnewWhatHasGrown() {
    recent.put("a", "A", 40);
    String grown = "B";
    recent.put("b", grown, 40);
    recent.weigh("b", grown, 70);
    assertThat(recent.get("a")).isNull();
    assertThat(recent.bytes()).isEqualTo(70);
  }

  @Test
  void weighsNothingThatIsNoLongerThere() {
    recent.put("a", "A", 40);
    recent.weigh("a", new String("A"), 70);
    recent.remove("b");
    assertThat(recent.bytes()).isEqualTo(40);
    recent.remove("a");
    assertThat(recent.bytes()).isZero();
  }
}
