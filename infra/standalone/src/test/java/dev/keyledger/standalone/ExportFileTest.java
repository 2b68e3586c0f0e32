package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyledger.standalone.ExportFile.Format;
import dev.keyledger.standalone.ExportFile.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that broke off anywhere is gone on with behind its last whole line. */
class ExportFileTest {
  private static final String NAMES = "position,id,type,at\r\n";
  private static final String LINES = "0,evt_a,key.created,x\r\n1,evt_b,key.revoked,\"a,b\"\r\n";

  @TempDir Path folder;

  @Test
  void aTableIsGoneOnWithBehindItsLastWholeLine() throws IOException {
    String whole = NAMES + LINES;
    int first = NAMES.length() + "0,evt_a,key.created,x\r\n".length();
    for (int length = 0; length <= whole.length(); length++) {
      Path file = Files.writeString(folder.resolve("table"), whole.substring(0, length));
      int next = length < first ? 0 : length < whole.length() ? 1 : 2;
      int kept = next == 0 ? 0 : next == 1 ? first : whole.length();
      assertThat(new ExportFile(file, Format.CSV, Source.LEDGER).nextPosition()).isEqualTo(next);
      assertThat(Files.readString(file)).isEqualTo(whole.substring(0, kept));
    }
    assertThat(new ExportFile(folder.resolve("none"), Format.CSV, Source.LEDGER).nextPosition())
        .isZero();
  }

  @Test
  void aFileOfAnotherFormIsLeftAsItIs() throws IOException {
    Path file = Files.writeString(folder.resolve("table"), NAMES + LINES);
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> new ExportFile(file, Format.NDJSON, Source.LEDGER).nextPosition());
    assertThat(Files.readString(file)).isEqualTo(NAMES + LINES);
  }

  @Test
  void eventsOfOcsfAreGoneOnWithBehindTheirLastWholeLineByTheirOwnPositions() throws IOException {
    String first = "{\"metadata\":{\"log_name\":\"activity\",\"sequence\":7,\"x\":\"é\"}}\n";
    String second = "{\"metadata\":{\"log_name\":\"activity\",\"sequence\":12,\"x\":\"\"}}\n";
    String whole = first + second;
    for (int length = 0; length <= whole.length(); length++) {
      Path file = Files.writeString(folder.resolve("ocsf"), whole.substring(0, length));
      int next = length < first.length() ? 0 : length < whole.length() ? 8 : 13;
      assertThat(new ExportFile(file, Format.OCSF, Source.ACTIVITY).nextPosition()).isEqualTo(next);
      assertThat(Files.readString(file)).isEqualTo(next == 0 ? "" : next == 8 ? first : whole);
    }
    Path file = Files.writeString(folder.resolve("ocsf"), whole);
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> new ExportFile(file, Format.OCSF, Source.LEDGER).nextPosition());
    assertThat(Files.readString(file)).isEqualTo(whole);
    assertThatExceptionOfType(Problem.class)
        .isThrownBy(() -> new ExportFile(file, Format.CSV, Source.ACTIVITY));
  }
}
