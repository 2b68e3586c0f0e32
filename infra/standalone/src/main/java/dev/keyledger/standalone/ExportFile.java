package dev.keyledger.standalone;

import dev.keyledger.kit.log.ExportHeader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An export on disk, whole or broken off.
 *
 * @param source {@code ledger}, or {@code activity} of OCSF
 */
record ExportFile(Path path, Format format, Source source) {
  enum Source {
    LEDGER,
    ACTIVITY;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  ExportFile {
    if (source == Source.ACTIVITY && format != Format.OCSF) {
      throw new Problem(
          "What happened beside the ledger is exported as OCSF alone: --format ocsf.");
    }
  }

  /** Longer than any line of an export. */
  private static final int TAIL = 4 << 20;

  private static final Pattern HEADER = Pattern.compile("\"from_position\":(\\d+)");

  enum Format {
    NDJSON(
        "application/x-ndjson",
        "{\"export\":\"" + ExportHeader.FORMAT + "\"",
        "\\{\"position\":(\\d+),"),
    CSV("text/csv", "position,id,type,", "(\\d+),"),
    OCSF(
        "application/vnd.keyledger.ocsf+ndjson",
        "{\"metadata\":{\"log_name\":\"",
        "\\{\"metadata\":\\{\"log_name\":\"[a-z]+\",\"sequence\":(\\d+),");

    final String mediaType;
    private final String begin;
    private final Pattern event;

    Format(String mediaType, String begin, String event) {
      this.mediaType = mediaType;
      this.begin = begin;
      this.event = Pattern.compile(event);
    }
  }

  /** Takes off a line that broke off, and tells where the whole ones end; 0 of no file. */
  long nextPosition() throws IOException {
    if (!Files.exists(path)) {
      return 0;
    }
    try (var kept = new RandomAccessFile(path.toFile(), "rw")) {
      mustBeAnExport(kept);
      long begin = Math.max(0, kept.length() - TAIL);
      var tail = new byte[Math.toIntExact(kept.length() - begin)];
      kept.seek(begin);
      kept.readFully(tail);
      int end = lastNewline(tail, tail.length);
      kept.setLength(begin + end);
      if (end == 0) {
        return 0;
      }
      int start = lastNewline(tail, end - 1);
      String line = new String(tail, start, end - start, StandardCharsets.UTF_8);
      Matcher event = format.event.matcher(line);
      if (event.lookingAt()) {
        return Long.parseLong(event.group(1)) + 1;
      }
      if (format == Format.CSV) {
        // The names of the columns alone: they come once more with the first event.
        kept.setLength(0);
        return 0;
      }
      Matcher header = HEADER.matcher(line);
      return header.find() ? Long.parseLong(header.group(1)) : 0;
    }
  }

  private void mustBeAnExport(RandomAccessFile kept) throws IOException {
    String expected = format == Format.OCSF ? format.begin + source.word() + "\"" : format.begin;
    var begin = new byte[Math.toIntExact(Math.min(kept.length(), expected.length()))];
    kept.readFully(begin);
    if (!expected.startsWith(new String(begin, StandardCharsets.US_ASCII))) {
      throw new Problem(path + " is there and is no export of this form: it is left as it is.");
    }
  }

  // Behind the last one before that place.
  private static int lastNewline(byte[] bytes, int before) {
    for (int at = before - 1; at >= 0; at--) {
      if (bytes[at] == '\n') {
        return at + 1;
      }
    }
    return 0;
  }
}
