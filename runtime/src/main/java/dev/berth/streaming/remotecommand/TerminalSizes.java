package dev.berth.streaming.remotecommand;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads the resize stream: JSON objects {@code {"Width":80,"Height":24}}, one after the other, in
 * pieces as they come.
 */
final class TerminalSizes {
  /** Longest object; a client's has 30 bytes. */
  private static final int LONGEST = 256;

  private static final int LARGEST = 0xffff;
  private static final JsonFactory JSON = new JsonFactory();

  /** Takes a size. */
  interface Sink {
    void resize(int columns, int rows);
  }

  private final StringBuilder text = new StringBuilder();

  /** Takes bytes; what is no size is passed over. */
  void read(ByteBuf bytes, Sink sink) {
    for (char c : bytes.toString(StandardCharsets.UTF_8).toCharArray()) {
      if (text.length() < LONGEST) {
        text.append(c);
      }
      if (c == '}') {
        parse(sink);
        text.setLength(0);
      }
    }
  }

  private void parse(Sink sink) {
    int width = 0;
    int height = 0;
    try (JsonParser parser = JSON.createParser(text.toString())) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
          String name = String.valueOf(parser.currentName());
          if (name.equalsIgnoreCase("Width")) {
            width = parser.getIntValue();
          } else if (name.equalsIgnoreCase("Height")) {
            height = parser.getIntValue();
          }
        }
      }
    } catch (IOException e) {
      return;
    }
    if (width > 0 && height > 0 && width <= LARGEST && height <= LARGEST) {
      sink.resize(width, height);
    }
  }
}
