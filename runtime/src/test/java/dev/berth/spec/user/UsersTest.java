package dev.berth.spec.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.berth.fault.Fault;
import dev.berth.spec.user.UserRequest.GroupsPolicy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsersTest {
  private static final String PASSWD =
      """
      # comment
      root:x:0:0:root:/root:/bin/sh
      bin:x:1:1:bin:/bin:/sbin/nologin

      broken
      app:x:1000:1000:App:/home/app:/bin/sh
      1234:x:0:0:looks like a number:/root:/bin/sh
      4294967296:x:0:0:wraps to root:/root:/bin/sh
      huge:x:4294967296:0:wraps:/:/bin/sh
      minus:x:-1:0:wraps:/:/bin/sh
      hugegroup:x:5:4294967296:wraps:/:/bin/sh
      noid:x::0:::
      homeless:x:1001:1001
      +nis:x:0:0:::
      """;
  private static final String GROUP =
      """
      root:x:0:
      bin:x:1:root,bin,daemon
      wheel:x:10:root
      app:x:1000:
      defined:x:50000:app,other
      late:x:50001:other,app
      1000000:x:7:app
      wrap:x:4294967296:
      wrapmember:x:-3:bad
      """;

  private static AccountFiles files(@Nullable String passwd, @Nullable String group) {
    return new AccountFiles() {
      @Override
      public Optional<byte[]> passwd() {
        return bytes(passwd);
      }

      @Override
      public Optional<byte[]> group() {
        return bytes(group);
      }

      private static Optional<byte[]> bytes(@Nullable String text) {
        return Optional.ofNullable(text).map(t -> t.getBytes(StandardCharsets.UTF_8));
      }
    };
  }

  private static UserRequest image(String user) {
    return new UserRequest("sc", null, "", null, List.of(), GroupsPolicy.STRICT, user);
  }

  private static UserRequest asks(
      @Nullable Long user, String name, @Nullable Long group, GroupsPolicy policy, Long... more) {
    return new UserRequest("sc", user, name, group, List.of(more), policy, "bin");
  }

  private static ContainerUser resolve(UserRequest request) {
    return Users.resolve(request, files(PASSWD, GROUP));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0, 0, /root",
    "0, 0, 0, /root",
    "root, 0, 0, /root",
    "app, 1000, 1000, /home/app",
    "1000, 1000, 1000, /home/app",
    "001000, 1000, 1000, /home/app",
    "1000:0, 1000, 0, /home/app",
    "app:wheel, 1000, 10, /home/app",
    "app:10, 1000, 10, /home/app",
    "777, 777, 0, /",
    "777:wheel, 777, 10, /",
    "777:888, 777, 888, /",
    "1234, 1234, 0, /",
    "1:1000000, 1, 1000000, /bin",
    "2147483647:2147483647, 2147483647, 2147483647, /",
    "homeless, 1001, 1001, /",
  })
  void imageUserForms(String user, int uid, int gid, String home) {
    assertThat(resolve(image(user))).isEqualTo(new ContainerUser(uid, gid, List.of(gid), home));
  }

  /** CVE-2024-40635, CVE-2026-46680, CVE-2026-30892: a number stays a number and never wraps. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "4294967296",
        "-1",
        "+1",
        "-0",
        "2147483648",
        "18446744073709551616",
        "99999999999999999999",
        "0:4294967296",
        "0:-1",
        "0:2147483648",
        "root:4294967295"
      })
  void numbersOutOfRangeAreRefused(String user) {
    assertThatThrownBy(() -> resolve(image(user)))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessage("image config user \"" + user + "\": an id lies between 0 and 2147483647");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "nobody:0", "0x0", "1e3", "١"})
  void anUnknownUserIsRefused(String user) {
    assertThatThrownBy(() -> resolve(image(user)))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessage("image config user \"" + user + "\": no such user in /etc/passwd of the image");
  }

  @Test
  void anUnknownGroupIsRefused() {
    assertThatThrownBy(() -> resolve(image("app:nogroup")))
        .hasMessage("image config user \"app:nogroup\": no such group in /etc/group of the image");
  }

  @Test
  void namesNeedAccountFiles() {
    assertThatThrownBy(() -> Users.resolve(image("app"), AccountFiles.NONE))
        .hasMessageContaining("no such user in /etc/passwd");
    assertThatThrownBy(() -> Users.resolve(image("0:wheel"), AccountFiles.NONE))
        .hasMessageContaining("no such group in /etc/group");
    assertThat(Users.resolve(image("12:34"), AccountFiles.NONE))
        .isEqualTo(new ContainerUser(12, 34, List.of(34), "/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {":", "app:", ":0", "a:b:c", "app\n", "a b", " 0", "0 ", "-x", "a/b", "+nis"})
  void impossibleFormsAreRefused(String user) {
    assertThatThrownBy(() -> resolve(image(user)))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageStartingWith("image config user \"")
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest
  @CsvSource({"huge, 4294967296", "minus, -1", "hugegroup, 4294967296", "noid, ''"})
  void anEntryWithAnImpossibleIdIsRefused(String user, String id) {
    assertThatThrownBy(() -> resolve(image(user)))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("image config user \"" + user + "\"")
        .hasMessageContaining("the id \"" + id + "\"");
  }

  @Test
  void groupsWithImpossibleIdsAreRefused() {
    assertThatThrownBy(() -> resolve(image("0:wrap"))).hasMessageContaining("\"4294967296\"");
    AccountFiles member = files("bad:x:5:5:::", GROUP);
    assertThatThrownBy(() -> Users.resolve(asks(5L, "", null, GroupsPolicy.MERGE), member))
        .hasMessageContaining("\"-3\"");
  }

  @Test
  void theRequestWinsOverTheImage() {
    assertThat(resolve(asks(1000L, "", null, GroupsPolicy.STRICT)).uid()).isEqualTo(1000);
    assertThat(resolve(asks(null, "app", null, GroupsPolicy.STRICT)).uid()).isEqualTo(1000);
    assertThat(resolve(asks(null, "app", 7L, GroupsPolicy.STRICT)).gid()).isEqualTo(7);
    assertThat(resolve(asks(null, "", null, GroupsPolicy.STRICT)).uid()).isEqualTo(1);
  }

  @Test
  void mergeAddsTheImagesMemberships() {
    assertThat(resolve(asks(1000L, "", null, GroupsPolicy.MERGE, 1234L, 50000L)).groups())
        .containsExactly(1000, 50000, 50001, 7, 1234);
    assertThat(resolve(asks(1000L, "", 3000L, GroupsPolicy.MERGE, 4000L)).groups())
        .containsExactly(3000, 50000, 50001, 7, 4000);
    assertThat(resolve(asks(777L, "", null, GroupsPolicy.MERGE, 5L)).groups())
        .containsExactly(0, 5);
  }

  /** CVE-2022-36109, CVE-2023-25173: setgroups gets exactly these, the primary group included. */
  @Test
  void strictTakesOnlyTheRequests() {
    assertThat(resolve(asks(1000L, "", null, GroupsPolicy.STRICT, 1234L)).groups())
        .containsExactly(1000, 1234);
  }

  @Test
  void requestNumbersOutOfRangeNameTheField() {
    assertThatThrownBy(() -> resolve(asks(-1L, "", null, GroupsPolicy.MERGE)))
        .hasMessage("sc.run_as_user \"-1\": an id lies between 0 and 2147483647");
    assertThatThrownBy(() -> resolve(asks(1L, "", 4294967296L, GroupsPolicy.MERGE)))
        .hasMessage("sc.run_as_group \"4294967296\": an id lies between 0 and 2147483647");
    assertThatThrownBy(() -> resolve(asks(1L, "", null, GroupsPolicy.MERGE, -5L)))
        .hasMessage("sc.supplemental_groups \"-5\": an id lies between 0 and 2147483647");
  }

  @Test
  void combinationsThatTheCriForbids() {
    assertThatThrownBy(() -> resolve(asks(1L, "app", null, GroupsPolicy.MERGE)))
        .hasMessage("sc.run_as_username \"app\": only one of it and run_as_user may be set");
    assertThatThrownBy(() -> resolve(asks(null, "", 5L, GroupsPolicy.MERGE)))
        .hasMessage(
            "sc.run_as_group \"5\": may only be set together with run_as_user or run_as_username");
    assertThatThrownBy(() -> resolve(asks(null, "ghost", null, GroupsPolicy.MERGE)))
        .hasMessage("sc.run_as_username \"ghost\": no such user in /etc/passwd of the image");
  }

  @Test
  void bytesThatAreNotUtf8MatchNobody() {
    byte[] passwd = {(byte) 0xff, ':', 'x', ':', '0', ':', '0', ':', ':', ':'};
    AccountFiles files = files(new String(passwd, StandardCharsets.ISO_8859_1), null);
    assertThatThrownBy(() -> Users.resolve(image("\ufffd"), files))
        .isInstanceOf(Fault.InvalidArgument.class);
  }
}
