package dev.keyledger.benchmarks.ceiling;

import dev.keyledger.benchmarks.platform.OwnJvm;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A Netty server in a process of its own that reads a body and answers the same few bytes. */
public final class BareNetty implements AutoCloseable {
  /** As long as the answer to a verification, which the benchmark checks. */
  public static final String BODY =
      "{\"valid\":true,\"code\":\"ok\",\"key_id\":\"key_0190f5c2-7b3a-7c4d-8e5f-0123456789ab\","
          + "\"organization\":\"org_0190f5c2-7b3a-7c4d-8e5f-0123456789ab\",\"environment\":\"live\","
          + "\"scopes\":[\"clients.write\",\"api_keys.rotate\",\"api_keys.create\",\"api_keys.read\","
          + "\"organization.read\",\"members.read\",\"clients.read\",\"audit.read\","
          + "\"members.manage\",\"api_keys.revoke\",\"policy.read\",\"policy.manage\","
          + "\"api_keys.update\",\"keys.verify\"],\"subject\":\"key_0190f5c2-7b3a-7c4d-8e5f-0123456789ab\","
          + "\"as_of\":\"2026-05-28T14:43:58.000Z\"}";

  private final OwnJvm jvm;
  private final int port;

  private BareNetty(OwnJvm jvm, int port) {
    this.jvm = jvm;
    this.port = port;
  }

  public static BareNetty start() {
    OwnJvm jvm = OwnJvm.start("bare Netty", BareNetty.class);
    return new BareNetty(jvm, Integer.parseInt(jvm.answer()));
  }

  public int port() {
    return port;
  }

  public long pid() {
    return jvm.pid();
  }

  @Override
  public void close() {
    jvm.close();
  }

  /** The process itself: prints its port and serves until its input ends. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
    var server =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(), new HttpObjectAggregator(65_536), new Handler());
                  }
                });
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var bound = (InetSocketAddress) server.bind(address).sync().channel().localAddress();
    System.out.println(bound.getPort());
    while (System.in.read() >= 0) {
      // Nothing is ever said to it: the end of its input is all that it waits for.
    }
    loops.shutdownGracefully();
  }

  private static final class Handler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final byte[] BYTES = BODY.getBytes(StandardCharsets.US_ASCII);

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      var response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(BYTES));
      response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, BYTES.length);
      context.writeAndFlush(response, context.voidPromise());
    }
  }
}
