package dev.berth.spec.user;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** An image's {@code /etc/passwd} (passwd(5)). The first entry that fits counts. */
final class Passwd {
  private final AccountLines lines;

  Passwd(byte[] content) {
    this.lines = new AccountLines(content);
  }

  /**
   * One account.
   *
   * @param uid the id as written, not yet checked
   * @param gid the primary group's id as written, not yet checked
   */
  record Entry(String name, String uid, String gid, String home) {}

  Optional<Entry> byName(String name) {
    return first(e -> e.name().equals(name));
  }

  Optional<Entry> byUid(int uid) {
    String text = Integer.toString(uid);
    return first(e -> e.uid().equals(text));
  }

  private Optional<Entry> first(Predicate<Entry> wanted) {
    return entries().filter(wanted).findFirst();
  }

  private Stream<Entry> entries() {
    return lines.fields(4).map(f -> new Entry(f[0], f[2], f[3], f.length > 5 ? f[5] : ""));
  }
}
