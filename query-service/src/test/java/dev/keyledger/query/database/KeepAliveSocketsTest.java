package dev.keyledger.query.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

class KeepAliveSocketsTest {
  @Test
  void aSideThatHasGoneIsMissedWithinAMinute() throws IOException {
    try (Socket socket = new KeepAliveSockets().createSocket()) {
      assumeThat(socket.supportedOptions()).contains(ExtendedSocketOptions.TCP_KEEPIDLE);
      assertThat(socket.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
      int seconds =
          socket.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)
              + socket.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)
                  * socket.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT);
      assertThat(seconds).isBetween(30, 60);
    }
  }
}
