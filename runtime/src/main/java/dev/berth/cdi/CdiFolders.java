package dev.berth.cdi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The spec files of some folders, read again when they change. */
final class CdiFolders {
  private static final int MOST_FILES = 1024;

  private final List<Path> folders;
  private Map<Path, Known> known = new HashMap<>();

  CdiFolders(List<Path> folders) {
    this.folders = List.copyOf(folders);
  }

  /**
   * A file as it was read.
   *
   * @param content the spec, or the reason why it is none
   */
  private record Known(FileTime changed, long size, Object identity, Content content) {}

  /** What came of reading a file. */
  sealed interface Content {
    record Good(CdiFile file) implements Content {}

    record Bad(String why) implements Content {}
  }

  /**
   * A file of a folder.
   *
   * @param folder the folder's place in the order; a later one wins
   */
  record Found(int folder, Path path, Content content) {}

  /** Every spec file there is now. */
  synchronized List<Found> files() throws IOException {
    var found = new ArrayList<Found>();
    var now = new HashMap<Path, Known>();
    for (int i = 0; i < folders.size(); i++) {
      for (Path file : specs(folders.get(i))) {
        Known current = current(file);
        now.put(file, current);
        found.add(new Found(i, file, current.content()));
      }
    }
    known = now;
    return found;
  }

  private Known current(Path file) throws IOException {
    BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
    Object identity = String.valueOf(is.fileKey());
    Known before = known.get(file);
    if (before != null
        && before.changed().equals(is.lastModifiedTime())
        && before.size() == is.size()
        && before.identity().equals(identity)) {
      return before;
    }
    return new Known(is.lastModifiedTime(), is.size(), identity, read(file));
  }

  private static Content read(Path file) {
    try {
      return new Content.Good(CdiFile.read(file));
    } catch (IOException | IllegalArgumentException e) {
      return new Content.Bad(String.valueOf(e.getMessage()));
    }
  }

  private static List<Path> specs(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().matches(".*\\.(json|yaml|yml)"))
          .filter(Files::isRegularFile)
          .sorted()
          .limit(MOST_FILES)
          .toList();
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
  }
}
