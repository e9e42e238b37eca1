package dev.berth.streaming.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.Adler32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
  private static final int FUZZ_ROUNDS = Integer.getInteger("berth.fuzz.rounds", 20_000);

  @Test
  void theDictionaryIsTheSpecifications() {
    Adler32 sum = new Adler32();
    sum.update(Dictionary.bytes());
    // the id that every zlib stream of a SPDY/3 peer names
    assertThat(sum.getValue()).isEqualTo(0xe3c6a7c2L);
  }

  @Test
  void readsFramesInWhateverPiecesTheyCome() throws Exception {
    byte[] bytes = conversation();
    for (int piece = 1; piece <= bytes.length; piece += piece < 40 ? 1 : 37) {
      Heard heard = new Heard();
      try (FrameReader reader = new FrameReader(Limits.DEFAULT, heard)) {
        for (int at = 0; at < bytes.length; at += piece) {
          int length = Math.min(piece, bytes.length - at);
          reader.read(Unpooled.wrappedBuffer(bytes, at, length));
        }
      }
      assertThat(String.join(" ", heard.events))
          .as("pieces of %s", piece)
          .isEqualTo(
              "open 1 {streamtype=error} open 3 {streamtype=stdin, x=y} ping 7 end 3 reset 1"
                  + " away");
      assertThat(heard.data.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
    }
  }

  @Test
  void refusesWhatIsNoSpdyOrTooMuch() throws Exception {
    refused("of version 2", new byte[] {(byte) 0x80, 2, 0, 1, 0, 0, 0, 0});
    refused("of type 77", new byte[] {(byte) 0x80, 3, 0, 77, 0, 0, 0, 0});
    refused("of 16777215 bytes", new byte[] {(byte) 0x80, 3, 0, 1, 0, -1, -1, -1});
    refused("of 2 bytes", new byte[] {(byte) 0x80, 3, 0, 6, 0, 0, 0, 2, 0, 0});
    refused(
        "no zlib",
        new byte[] {(byte) 0x80, 3, 0, 1, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 9, 9});
    // 400 bytes that would unpack to many times the limit
    byte[] bomb = new Blocks().block("a", "b".repeat(100_000));
    assertThat(bomb.length).isLessThan(1000);
    refused("more than 16384 bytes", open(1, bomb));
    refused("a length of 65", open(1, new Blocks().pack(new byte[] {0, 0, 0, 65})));
    refused("a length of 4294967295", open(1, new Blocks().pack(new byte[] {-1, -1, -1, -1})));
  }

  @Test
  void ourRepliesAreReadByAnInflater() throws Exception {
    Heard heard = new Heard();
    try (FrameReader reader = new FrameReader(Limits.DEFAULT, heard)) {
      reader.read(Frames.reply(1, true));
      reader.read(Frames.reply(3, false));
      reader.read(Frames.ping(2));
    }
    assertThat(heard.events).containsExactly("ping 2");
  }

  @Test
  void randomDamageIsRefusedOrHarmless() throws Exception {
    byte[] good = conversation();
    Random random = new Random(Long.getLong("berth.fuzz.seed", 42));
    for (int round = 0; round < FUZZ_ROUNDS; round++) {
      byte[] bad = good.clone();
      for (int n = random.nextInt(8); n >= 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
      }
      ByteBuf in = Unpooled.wrappedBuffer(bad, 0, random.nextInt(bad.length + 1));
      Heard heard = new Heard();
      try (FrameReader reader = new FrameReader(Limits.DEFAULT, heard)) {
        while (in.isReadable()) {
          reader.read(in.readSlice(Math.min(in.readableBytes(), 1 + random.nextInt(64))));
        }
      } catch (SpdyError expected) {
        assertThat(expected).hasMessageContaining(" ");
      }
      assertThat(heard.data.size()).isLessThanOrEqualTo(bad.length);
    }
  }

  private static void refused(String why, byte[] bytes) {
    assertThatThrownBy(
            () -> {
              try (FrameReader reader = new FrameReader(Limits.DEFAULT, new Heard())) {
                reader.read(Unpooled.wrappedBuffer(bytes));
              }
            })
        .isInstanceOf(SpdyError.class)
        .hasMessageContaining(why);
  }

  private static byte[] conversation() throws IOException {
    Blocks blocks = new Blocks();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(open(1, blocks.block("streamtype", "error")));
    out.writeBytes(open(3, blocks.block("streamType", "stdin", "x", "y")));
    out.writeBytes(new byte[] {0, 0, 0, 3, 0, 0, 0, 2, 'h', 'e'});
    out.writeBytes(new byte[] {(byte) 0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 7});
    out.writeBytes(new byte[] {(byte) 0x80, 3, 0, 9, 0, 0, 0, 8, 0, 0, 0, 3, 0, 0, 1, 0});
    out.writeBytes(new byte[] {0, 0, 0, 3, 1, 0, 0, 3, 'l', 'l', 'o'});
    out.writeBytes(new byte[] {(byte) 0x80, 3, 0, 3, 0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 5});
    out.writeBytes(new byte[] {(byte) 0x80, 3, 0, 7, 0, 0, 0, 8, 0, 0, 0, 3, 0, 0, 0, 0});
    return out.toByteArray();
  }

  static byte[] open(int stream, byte[] block) {
    ByteBuf frame = Unpooled.buffer();
    frame.writeInt(0x80030001).writeInt(10 + block.length).writeInt(stream).writeInt(0);
    frame.writeShort(0).writeBytes(block);
    byte[] bytes = new byte[frame.readableBytes()];
    frame.readBytes(bytes);
    return bytes;
  }

  /** Header blocks as a client with a compressor writes them. */
  static final class Blocks {
    private final Deflater deflater = new Deflater();

    Blocks() {
      deflater.setDictionary(Dictionary.bytes());
    }

    byte[] block(String... pairs) throws IOException {
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(plain);
      out.writeInt(pairs.length / 2);
      for (String text : pairs) {
        out.writeInt(text.length());
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      return pack(plain.toByteArray());
    }

    byte[] pack(byte[] plain) {
      deflater.setInput(plain);
      byte[] room = new byte[plain.length + 1000];
      int length = deflater.deflate(room, 0, room.length, Deflater.SYNC_FLUSH);
      return java.util.Arrays.copyOf(room, length);
    }
  }

  private static final class Heard implements FrameReader.Events {
    private final List<String> events = new ArrayList<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    @Override
    public void opened(int stream, boolean end, Map<String, String> headers) {
      events.add("open " + stream + " " + headers);
    }

    @Override
    public void data(int stream, ByteBuf piece, boolean end) {
      byte[] bytes = new byte[piece.readableBytes()];
      piece.readBytes(bytes);
      data.writeBytes(bytes);
      if (end) {
        events.add("end " + stream);
      }
    }

    @Override
    public void reset(int stream) {
      events.add("reset " + stream);
    }

    @Override
    public void ping(int id) {
      events.add("ping " + id);
    }

    @Override
    public void goingAway() {
      events.add("away");
    }

    @Override
    public void headers(int stream, boolean end) {
      if (end) {
        events.add("end " + stream);
      }
    }
  }
}
