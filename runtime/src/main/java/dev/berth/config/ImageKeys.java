package dev.berth.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Keys of registries and images. */
final class ImageKeys {
  static final Key<Path> REGISTRY_CONFIG_PATH =
      Key.ofString(
          "registry.config_path",
          "an absolute path",
          "\"/etc/berth/certs.d\"",
          "Directory of `HOST/hosts.toml` files in containerd's format: mirrors, certificates and"
              + " plain-http hosts of each registry. Read anew at every pull; it need not exist.",
          Values::absolute);

  static final Key<Optional<Path>> REGISTRY_CREDENTIALS =
      Key.ofString(
          "registry.credentials",
          "an absolute path, or \"\" for none",
          "\"\"",
          "File of credentials by host, in the format of docker's `config.json`. Mirrors get what"
              + " it says of them, registries when a request brings no credentials of its own. Read"
              + " anew at every pull; it need not exist.",
          Values::optionalPath);

  static final Key<Integer> REGISTRY_STALL_SECONDS =
      Key.ofInt(
          "registry.stall_seconds",
          1,
          3600,
          "60",
          "How long a registry may send nothing before a pull ends.");

  static final Key<List<String>> IMAGES_PINNED =
      Key.ofList(
          "images.pinned",
          "full image names, in which * stands for any characters",
          "[]",
          "Images that the kubelet must not garbage collect, e.g. `registry.k8s.io/pause:*`.",
          ImageKeys::patterns);

  static final Key<Integer> IMAGES_PARALLEL_PULLS =
      Key.ofInt(
          "images.parallel_pulls", 1, 256, "16", "How many pulls work at once; the others wait.");

  static final Key<Integer> IMAGES_PARALLEL_LAYERS =
      Key.ofInt(
          "images.parallel_layers",
          0,
          64,
          "0",
          "How many layers of one pull are fetched and unpacked at once. 0: one a core, at least"
              + " three.");

  static final Key<Integer> IMAGES_PARALLEL_UNPACKS =
      Key.ofInt(
          "images.parallel_unpacks",
          0,
          256,
          "0",
          "How many layers of all pulls are fetched and unpacked at once, besides one for each"
              + " pull, so that no pull waits for another's layers. 0: two a core, at least six.");

  static final Key<Integer> IMAGES_RESUME_MIB =
      Key.ofInt(
          "images.resume_mib",
          0,
          1 << 20,
          "16",
          "Layers of at least this many MiB, as they travel, are kept on disk while they are"
              + " fetched, so that a pull that broke off, or a daemon that was restarted, goes on"
              + " where it was. 0: none.");

  static final Key<Boolean> IMAGES_LAYER_BLOBS =
      Key.ofString(
          "images.layer_blobs",
          "\"discard\" or \"keep\"",
          "\"discard\"",
          "What becomes of layers as they came when they are unpacked. `keep`: they stay, for"
              + " `berth export`, and take their size again.",
          text ->
              switch (text) {
                case "keep" -> true;
                case "discard" -> false;
                default -> throw new IllegalArgumentException("there is no such choice");
              });

  static final Key<Optional<Path>> IMAGES_VERIFIER_FOLDER =
      Key.ofString(
          "images.verifier_folder",
          "an absolute path, or \"\" for none",
          "\"\"",
          "Folder of programs that are asked, by name, before an image is pulled, as containerd asks"
              + " its image verifiers: `PROGRAM -name REFERENCE -digest DIGEST -stdin-media-type"
              + " TYPE`, the descriptor on standard input. A status other than 0 refuses the pull,"
              + " and so does a folder that is not there. Imports are not asked about.",
          Values::optionalPath);

  static final Key<Integer> IMAGES_VERIFIER_SECONDS =
      Key.ofInt(
          "images.verifier_timeout_seconds",
          1,
          600,
          "10",
          "How long one verifier may take before it is killed and the pull refused.");

  static final Key<Optional<Path>> IMAGES_IMPORT_FOLDER =
      Key.ofString(
          "images.import_folder",
          "an absolute path, or \"\" for none",
          "\"\"",
          "Folder whose image archives (OCI layouts or what `docker save` writes, as tar) are"
              + " imported under the names in them: at the start, and when a file is added or"
              + " changed. For nodes that reach no registry; it need not exist.",
          Values::optionalPath);

  /** In the order of the documentation. */
  static final List<Key<?>> ALL =
      List.of(
          REGISTRY_CONFIG_PATH,
          REGISTRY_CREDENTIALS,
          REGISTRY_STALL_SECONDS,
          IMAGES_PINNED,
          IMAGES_PARALLEL_PULLS,
          IMAGES_PARALLEL_LAYERS,
          IMAGES_PARALLEL_UNPACKS,
          IMAGES_RESUME_MIB,
          IMAGES_LAYER_BLOBS,
          IMAGES_VERIFIER_FOLDER,
          IMAGES_VERIFIER_SECONDS,
          IMAGES_IMPORT_FOLDER);

  private ImageKeys() {}

  private static List<String> patterns(List<String> texts) {
    for (String text : texts) {
      if (text.indexOf('/') < 0 && !text.startsWith("*")) {
        throw new IllegalArgumentException("\"" + text + "\" does not begin with a registry");
      }
    }
    return texts;
  }
}
