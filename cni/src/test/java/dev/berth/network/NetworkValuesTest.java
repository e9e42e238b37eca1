package dev.berth.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkValuesTest {

  @Test
  void rangesKnowTheirAddresses() {
    Cidr range = Cidr.parse("10.88.3.7/20");
    assertThat(range.network()).hasToString("10.88.0.0/20");
    assertThat(range.at(1)).isEqualTo(InetAddress.ofLiteral("10.88.0.1"));
    assertThat(range.at(4095)).isEqualTo(InetAddress.ofLiteral("10.88.15.255"));
    assertThat(range.offsetOf(InetAddress.ofLiteral("10.88.2.0"))).isEqualTo(512);
    assertThat(range.contains(InetAddress.ofLiteral("10.88.16.0"))).isFalse();
    assertThat(range.contains(InetAddress.ofLiteral("fd00::1"))).isFalse();
    assertThatThrownBy(() -> range.at(4096)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ipv6RangesToo() {
    Cidr range = Cidr.parse("fd00:88::/64");
    assertThat(range.at(258)).isEqualTo(InetAddress.ofLiteral("fd00:88::102"));
    assertThat(range.offsetOf(InetAddress.ofLiteral("fd00:88::1:0"))).isEqualTo(65536);
    assertThat(range.contains(InetAddress.ofLiteral("fd00:88:0:1::"))).isFalse();
    assertThat(range.addressBits()).isEqualTo(128);
  }

  @Test
  void overlapIsEitherInTheOther() {
    Cidr wide = Cidr.parse("10.0.0.0/8");
    Cidr narrow = Cidr.parse("10.88.1.0/24");
    assertThat(wide.overlaps(narrow)).isTrue();
    assertThat(narrow.overlaps(wide)).isTrue();
    assertThat(narrow.overlaps(Cidr.parse("10.88.2.0/24"))).isFalse();
    assertThat(narrow.overlaps(Cidr.parse("fd00::/8"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0.0",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0/8",
        "host/8",
        "fd00::/129",
        "fe80::1%eth0/64",
        "10.0.0.0/+8",
        "10.0.0.0/0008"
      })
  void whatIsNoRangeIsRefused(String text) {
    assertThatThrownBy(() -> Cidr.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"" + text + "\"");
  }

  @Test
  void attachmentsSurviveTheirText() {
    Attachment attachment =
        new Attachment(
            "abc",
            "default/web",
            Attachment.BUILTIN,
            "bth0123456789",
            "bti0123456789",
            List.of(Cidr.parse("10.88.0.5/16"), Cidr.parse("fd00:88:0:0:0:0:0:5/64")),
            List.of(
                HostPort.parse("tcp:8080:80"),
                HostPort.parse("udp:53:5353:192.0.2.1"),
                HostPort.parse("sctp:9:9:fd00:0:0:0:0:0:0:1")));
    assertThat(Attachment.decode(attachment.encode())).isEqualTo(attachment);
    assertThat(Attachment.decode(attachment.encode() + " later=word")).isEqualTo(attachment);
    assertThatThrownBy(() -> Attachment.decode("v2 pod=a mode=b"))
        .hasMessageContaining("unknown version");
    assertThatThrownBy(() -> Attachment.decode("v1 pod=a")).hasMessageContaining("no mode");
  }

  @Test
  void hostPortsConflictWhereNobodyCouldTellThemApart() {
    HostPort any = HostPort.parse("tcp:80:80");
    HostPort one = HostPort.parse("tcp:80:81:192.0.2.1");
    assertThat(any.conflictsWith(one)).isTrue();
    assertThat(one.conflictsWith(HostPort.parse("tcp:80:80:192.0.2.2"))).isFalse();
    assertThat(one.conflictsWith(HostPort.parse("udp:80:80:192.0.2.1"))).isFalse();
    assertThat(HostPort.parse("tcp:80:80:0.0.0.0").hostIp()).isNull();
    assertThatThrownBy(() -> HostPort.parse("tcp:70000:80")).hasMessageContaining("70000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.88.0.0/31", "127.0.0.0/8", "224.0.0.0/8", "0.0.0.0/0", "fe80::/64"})
  void rangesThatCannotHoldPodsAreRefused(String range) {
    assertThatThrownBy(() -> settings("0a1b2c3d", range))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pod range");
  }

  @Test
  void settingsAreChecked() {
    assertThat(settings("0a1b2c3d", "10.88.0.0/16", "fd00::/64").bridge()).isEqualTo("bth0a1b2c3d");
    assertThatThrownBy(() -> settings("xyz", "10.88.0.0/16")).hasMessageContaining("instance id");
    assertThatThrownBy(() -> settings("0a1b2c3d")).hasMessageContaining("no pod range");
    assertThatThrownBy(() -> settings("0a1b2c3d", "10.1.0.0/16", "fd00::/64", "10.1.2.0/24"))
        .hasMessageContaining("10.1.2.0/24 overlap");
  }

  private static NetworkSettings settings(String instance, String... ranges) {
    return new NetworkSettings(
        instance, List.of(ranges).stream().map(Cidr::parse).toList(), 0, Path.of("/nowhere"));
  }
}
