package dev.berth.cni.conf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The folder that network configurations lie in; the lexically first valid file counts. */
public final class ConfFolder {
  private static final int MOST_FILES = 256;

  /**
   * What the folder was like.
   *
   * @param print differs when a file came, went, or was changed or replaced
   * @param list the network, or null when there is none
   * @param problem why there is none; also what was passed over before the one that counts
   */
  public record Look(String print, @Nullable NetworkList list, String problem) {}

  private final Path folder;

  public ConfFolder(Path folder) {
    this.folder = folder;
  }

  /** What tells one state of the folder from another; one look at each file, none is read. */
  public String print() throws IOException {
    StringBuilder print = new StringBuilder();
    for (Path file : files()) {
      print.append(file.getFileName()).append(' ').append(mark(file)).append('\n');
    }
    return print.toString();
  }

  private static String mark(Path file) {
    try {
      var facts = Files.readAttributes(file, BasicFileAttributes.class);
      return facts.fileKey() + " " + facts.size() + " " + facts.lastModifiedTime().toInstant();
    } catch (IOException e) {
      return "unreadable";
    }
  }

  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.{conflist,conf,json}")) {
      for (Path file : found) {
        files.add(file);
        if (files.size() > MOST_FILES) {
          throw new IOException(folder + " holds more than " + MOST_FILES + " files");
        }
      }
    } catch (NoSuchFileException | NotDirectoryException e) {
      return files;
    }
    Collections.sort(files);
    return files;
  }

  /**
   * Reads the folder.
   *
   * @throws IOException when it cannot be listed; that it is not there is no error
   */
  public Look look() throws IOException {
    // Before the files are read: what changes meanwhile makes the next look differ.
    String print = print();
    List<String> problems = new ArrayList<>();
    for (Path file : files()) {
      try (InputStream in = Files.newInputStream(file)) {
        byte[] text = in.readNBytes(CniJson.MAX_BYTES + 1);
        return new Look(print, ListParser.parse(text, file.toString()), said(problems));
      } catch (IOException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    problems.add(0, "no valid network configuration in " + folder);
    return new Look(print, null, said(problems));
  }

  private static String said(List<String> problems) {
    return String.join("; ", problems);
  }
}
