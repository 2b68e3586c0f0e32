package dev.keyledger.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.infra.servers.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class CuttableLineTest {
  @Test
  void carriesHoldsBackAndCarriesAgain() throws IOException {
    try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var line = CuttableLine.between(Ports.free(), server.getLocalPort());
        var near = new Socket(InetAddress.getLoopbackAddress(), line.port());
        var far = server.accept()) {
      near.getOutputStream().write(1);
      assertThat(far.getInputStream().read()).isEqualTo(1);

      line.cut();
      near.getOutputStream().write(2);
      far.setSoTimeout(200);
      assertThatThrownBy(() -> far.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);

      line.mend();
      far.setSoTimeout(5_000);
      assertThat(far.getInputStream().read()).isEqualTo(2);
    }
  }

  @Test
  void anEndOnOneSideIsAnEndOnTheOther() throws IOException {
    try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        var line = CuttableLine.between(Ports.free(), server.getLocalPort());
        var near = new Socket(InetAddress.getLoopbackAddress(), line.port());
        var far = server.accept()) {
      near.close();
      assertThat(far.getInputStream().read()).isEqualTo(-1);
    }
  }
}
