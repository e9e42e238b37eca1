package dev.berth.spec.user;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An image's {@code /etc/group} (group(5)). */
final class Groups {
  private final AccountLines lines;

  Groups(byte[] content) {
    this.lines = new AccountLines(content);
  }

  /**
   * One group.
   *
   * @param gid the id as written, not yet checked
   */
  record Entry(String name, String gid) {}

  Optional<Entry> byName(String name) {
    return lines.fields(3).filter(f -> f[0].equals(name)).map(Groups::entry).findFirst();
  }

  /** The groups that list this user as a member, in the file's order. */
  Stream<Entry> withMember(String user) {
    return lines.fields(4).filter(f -> List.of(f[3].split(",")).contains(user)).map(Groups::entry);
  }

  private static Entry entry(String[] fields) {
    return new Entry(fields[0], fields[2]);
  }
}
