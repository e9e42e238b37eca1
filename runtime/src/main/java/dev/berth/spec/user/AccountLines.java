package dev.berth.spec.user;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Lines of fields with colons between, the form of both account files. */
final class AccountLines {
  private final String text;

  /** Decodes as UTF-8; what is not UTF-8 becomes a character that no account name may have. */
  AccountLines(byte[] content) {
    this.text = new String(content, StandardCharsets.UTF_8);
  }

  /** The fields of every line that has at least this many and names an account. */
  Stream<String[]> fields(int atLeast) {
    return text.lines()
        .filter(AccountLines::namesAnAccount)
        .map(line -> line.split(":", -1))
        .filter(fields -> fields.length >= atLeast);
  }

  /** Not empty, no comment, and no entry that points to another database. */
  private static boolean namesAnAccount(String line) {
    return !line.isEmpty() && "#+-:".indexOf(line.charAt(0)) < 0;
  }
}
