package dev.berth.streaming.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Channels in WebSocket messages: a first byte says which, the rest is the content. */
public enum ChannelCodec {
  /** Binary messages, channel as a number. */
  BINARY {
    @Override
    public WebSocketFrame encode(int channel, ByteBuf bytes) {
      ByteBuf head = ByteBufAllocator.DEFAULT.directBuffer(1).writeByte(channel);
      return new BinaryWebSocketFrame(Unpooled.wrappedBuffer(head, bytes));
    }

    @Override
    public ByteBuf decode(WebSocketFrame frame) {
      return frame.content().retainedSlice();
    }

    @Override
    public int channel(int first) {
      return first;
    }
  },

  /** Text messages, channel as a digit, content in base64: what the first browsers' clients did. */
  BASE64 {
    @Override
    public WebSocketFrame encode(int channel, ByteBuf bytes) {
      byte[] content = new byte[bytes.readableBytes()];
      bytes.readBytes(content).release();
      String text = Base64.getEncoder().encodeToString(content);
      return new TextWebSocketFrame((char) ('0' + channel) + text);
    }

    // content that is no base64 is no content
    @Override
    public ByteBuf decode(WebSocketFrame frame) {
      ByteBuf in = frame.content();
      if (!in.isReadable()) {
        return Unpooled.EMPTY_BUFFER;
      }
      byte first = in.readByte();
      byte[] content;
      try {
        content = Base64.getDecoder().decode(in.toString(StandardCharsets.US_ASCII));
      } catch (IllegalArgumentException e) {
        content = new byte[0];
      }
      return Unpooled.wrappedBuffer(new byte[] {first}, content);
    }

    @Override
    public int channel(int first) {
      return first - '0';
    }
  };

  /** A message; takes the bytes over. */
  public abstract WebSocketFrame encode(int channel, ByteBuf bytes);

  /** A message's first byte and content, to be released. */
  public abstract ByteBuf decode(WebSocketFrame frame);

  /** The channel that a first byte means. */
  public abstract int channel(int first);
}
