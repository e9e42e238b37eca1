package dev.berth.spec.oci;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A container's config.json (runtime-spec, config.md).
 *
 * @param ociVersion the specification's version this follows
 * @param process what runs
 * @param root where the root filesystem is
 * @param hostname name in the container's UTS namespace, {@code ""} to leave it
 * @param mounts mounts in the order they are made
 * @param annotations free keys and values
 * @param linux everything that only Linux has
 */
public record OciSpec(
    String ociVersion,
    OciProcess process,
    Root root,
    String hostname,
    List<OciMount> mounts,
    SortedMap<String, String> annotations,
    OciLinux linux) {

  /** The version of the specification that these records follow. */
  public static final String VERSION = "1.2.0";

  public OciSpec {
    hostname = orEmpty(hostname);
    mounts = Copies.list(mounts);
    annotations = Copies.sorted(annotations);
  }

  /**
   * The root filesystem.
   *
   * @param path absolute, or relative to the bundle
   * @param readonly whether nothing may be written to it
   */
  public record Root(String path, boolean readonly) {}

  /** The same spec with another process. */
  public OciSpec withProcess(OciProcess other) {
    return new OciSpec(ociVersion, other, root, hostname, mounts, annotations, linux);
  }

  /** The same spec with other mounts. */
  public OciSpec withMounts(List<OciMount> others) {
    return new OciSpec(ociVersion, process, root, hostname, others, annotations, linux);
  }

  /** The same spec with another Linux part. */
  public OciSpec withLinux(OciLinux other) {
    return new OciSpec(ociVersion, process, root, hostname, mounts, annotations, other);
  }

  private static String orEmpty(@Nullable String given) {
    return given == null ? "" : given;
  }
}
