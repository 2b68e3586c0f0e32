package dev.keyledger.kit.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;

/**
 * JSON goes out in one piece that says its length, unless it is larger than the server's buffer.
 * The framework flushes behind each answer, which makes chunks of it and wakes the client twice.
 * Streams of any other type are flushed as ever.
 */
final class OnePieceFilter extends HttpFilter {
  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    chain.doFilter(request, new Unflushed(response));
  }

  private static final class Unflushed extends HttpServletResponseWrapper {
    private static final Set<String> JSON = Set.of("application/json", "application/problem+json");

    Unflushed(HttpServletResponse response) {
      super(response);
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
      return isJson() ? new UnflushedStream(super.getOutputStream()) : super.getOutputStream();
    }

    @Override
    public void flushBuffer() throws IOException {
      if (!isJson()) {
        super.flushBuffer();
      }
    }

    private boolean isJson() {
      String type = getContentType();
      return type != null && JSON.contains(type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
    }
  }

  private static final class UnflushedStream extends ServletOutputStream {
    private final ServletOutputStream out;

    UnflushedStream(ServletOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() {
      // It is, when the request is over.
    }

    @Override
    public void close() throws IOException {
      out.close();
    }

    @Override
    public boolean isReady() {
      return out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      out.setWriteListener(listener);
    }
  }
}
