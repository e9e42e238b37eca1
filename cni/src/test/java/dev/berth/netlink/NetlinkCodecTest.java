package dev.berth.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetlinkCodecTest {
  private int refused;

  private static NetlinkWriter one() {
    return new NetlinkWriter().begin("test", 16, 0);
  }

  private static NetlinkMessage only(NetlinkWriter writer) {
    List<NetlinkMessage> messages = NetlinkMessages.parse(writer.bytes());
    assertThat(messages).hasSize(1);
    return messages.get(0);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    NetlinkWriter writer = one().u32(7).attributeText(3, "eth0").attributeU32(4, 1500);
    writer.nest(18).attributeText(1, "veth").attributeU8(2, 9).endNest().attributeU16(5, 6).end();
    writer.stamp(40, Nlm.ACK);
    NetlinkMessage message = only(writer);
    Attributes attributes = message.attributes(4);
    assertThat(message.sequence()).isEqualTo(40);
    assertThat(message.flags()).isEqualTo(Nlm.REQUEST | Nlm.ACK);
    assertThat(message.payload().getInt(0)).isEqualTo(7);
    assertThat(attributes.text(3)).isEqualTo("eth0");
    assertThat(attributes.u32(4, 0)).isEqualTo(1500);
    assertThat(attributes.nested(18).text(1)).isEqualTo("veth");
    assertThat(attributes.nested(18).bytes(2)).containsExactly(9);
    assertThat(attributes.u32(99, -3)).isEqualTo(-3);
  }

  @Test
  void goldenBytesOfAMessage() {
    NetlinkWriter writer =
        new NetlinkWriter().begin("test", 0x1314, 0x400).u8(1).u8(2).u16be(0x0304);
    writer.attributeU32be(9, 0x01020304).attribute(8, (byte) 5).end();
    writer.stamp(1, 0);
    ByteBuffer bytes = writer.bytes();
    byte[] all = new byte[bytes.remaining()];
    bytes.get(all);
    ByteBuffer expected = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
    expected.putInt(36).putShort((short) 0x1314).putShort((short) 0x401).putInt(1).putInt(0);
    expected.put(new byte[] {1, 2, 3, 4});
    expected.putShort((short) 8).putShort((short) 9).put(new byte[] {1, 2, 3, 4});
    expected.putShort((short) 5).putShort((short) 8).put(new byte[] {5, 0, 0, 0});
    assertThat(all).containsExactly(expected.array());
  }

  /** CVE-2021-43784: a length that does not fit its field must not be cut. */
  @Test
  void anAttributeLongerThanItsLengthFieldIsRefused() {
    assertThat(only(one().attribute(1, new byte[65531]).end()).attributes(0).bytes(1))
        .hasSize(65531);
    NetlinkWriter writer = one();
    assertThatThrownBy(() -> writer.attribute(1, new byte[65532]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65532 bytes is too long");
    NetlinkWriter nested =
        one().nest(1).attribute(2, new byte[40000]).attribute(3, new byte[40000]);
    assertThatThrownBy(nested::endNest).hasMessageContaining("too long");
  }

  @Test
  void aBatchHasABound() {
    NetlinkWriter writer = new NetlinkWriter();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 100; i++) {
                writer.begin("test", 16, 0).attribute(1, new byte[60000]).end();
              }
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batch is longer");
  }

  @Test
  void partsEndInOrder() {
    assertThatThrownBy(() -> one().nest(1).end()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> one().endNest()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> one().bytes()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> one().attributeText(1, "a\0b")).hasMessageContaining("zero byte");
  }

  @Test
  void acknowledgementsAreReadWithTheKernelsWords() throws Exception {
    NetlinkWriter batch = one().end();
    Exchange exchange = new Exchange(batch, 5);
    NetlinkWriter answer = new NetlinkWriter().begin("", Nlm.ERROR, Nlm.CAPPED);
    answer.u32(-17).u32(16).u16(16).u16(0).u32(5).u32(0).attributeText(1, "is there").end();
    answer.stamp(5, Nlm.ACK_ATTRIBUTES);
    exchange.take(only(answer));
    assertThat(exchange.done()).isTrue();
    assertThat(exchange.outcomes().get(0))
        .hasMessage("test: EEXIST (file exists): is there")
        .matches(e -> e.is(17));
  }

  @Test
  void answersToAnotherBatchAreDropped() throws Exception {
    Exchange exchange = new Exchange(one().end(), 5);
    NetlinkWriter stale = new NetlinkWriter().begin("", Nlm.ERROR, 0).u32(-1).end();
    stale.stamp(4, 0);
    exchange.take(only(stale));
    assertThat(exchange.done()).isFalse();
  }

  @Test
  void randomBytesNeverLeaveTheirBuffer() {
    Random random = new Random(4711);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(120)];
      random.nextBytes(bytes);
      readAll(bytes);
    }
    assertThat(refused).isPositive();
  }

  @Test
  void damagedMessagesNeverLeaveTheirBuffer() {
    Random random = new Random(42);
    NetlinkWriter writer = one().u32(7).attributeText(3, "eth0");
    writer.nest(18).attributeText(1, "veth").nest(2).attributeU32(1, 5).endNest().endNest().end();
    writer.begin("x", Nlm.ERROR, Nlm.ACK_ATTRIBUTES).u32(-3).u32(16).u32(0).u32(0).u32(0);
    writer.attributeText(1, "words").end();
    ByteBuffer whole = writer.bytes();
    byte[] good = new byte[whole.remaining()];
    whole.get(good);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = good.clone();
      for (int change = 0; change <= random.nextInt(4); change++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      readAll(bytes);
    }
    assertThat(refused).isPositive();
  }

  /** Reads everything there is; only the one exception may come out. */
  private void readAll(byte[] bytes) {
    try {
      for (NetlinkMessage message : NetlinkMessages.parse(ByteBuffer.wrap(bytes))) {
        walk(message.attributes(4), 3);
        if (message.type() == Nlm.ERROR || message.type() == Nlm.DONE) {
          Acknowledgement.read(message);
        }
      }
    } catch (NetlinkFormatException e) {
      refused++;
    }
  }

  private void walk(Attributes attributes, int depth) {
    for (Attributes.Attribute attribute : attributes.all()) {
      attributes.text(attribute.type());
      attributes.bytes(attribute.type());
      if (depth > 0) {
        try {
          walk(attributes.nested(attribute.type()), depth - 1);
        } catch (NetlinkFormatException e) {
          refused++;
        }
      }
    }
  }
}
