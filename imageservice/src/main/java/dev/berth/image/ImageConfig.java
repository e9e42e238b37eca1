package dev.berth.image;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an image's config asks for (OCI image-spec, config.md, the {@code config} object). Checked
 * for shape and size when it was read, not for sense: whoever uses a field checks what it means.
 *
 * @param user user and optional group as written there, {@code ""} when absent
 * @param env {@code NAME=value} each, the name not empty
 * @param entrypoint leading words of the command, possibly none
 * @param cmd default words after the entrypoint, possibly none
 * @param workingDir an absolute path, or {@code ""} when absent
 * @param labels labels; they never become control labels of a container
 * @param stopSignal name or number of the signal that asks the process to end, {@code ""} when
 *     absent
 * @param volumes absolute paths, sorted
 * @param exposedPorts {@code port/protocol} each, sorted
 */
public record ImageConfig(
    String user,
    List<String> env,
    List<String> entrypoint,
    List<String> cmd,
    String workingDir,
    Map<String, String> labels,
    String stopSignal,
    SortedSet<String> volumes,
    SortedSet<String> exposedPorts) {

  /** A config that asks for nothing. */
  public static final ImageConfig EMPTY =
      new ImageConfig(
          "",
          List.of(),
          List.of(),
          List.of(),
          "",
          Map.of(),
          "",
          Collections.emptySortedSet(),
          Collections.emptySortedSet());

  public ImageConfig {
    env = List.copyOf(env);
    entrypoint = List.copyOf(entrypoint);
    cmd = List.copyOf(cmd);
    labels = Map.copyOf(labels);
    volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
    exposedPorts = Collections.unmodifiableSortedSet(new TreeSet<>(exposedPorts));
  }
}
