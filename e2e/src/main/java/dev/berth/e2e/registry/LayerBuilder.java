package dev.berth.e2e.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes a layer's archive entry by entry, in the order of the calls. Names go in exactly as given:
 * absolute names and {@code ..} included.
 */
public final class LayerBuilder {
  private static final long EPOCH_MILLIS = 1_700_000_000_000L;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

  /** An empty layer with pax headers for what does not fit the old format. */
  public LayerBuilder() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  /** Adds directories of mode 0755, owned by root. */
  public LayerBuilder dirs(String... names) {
    for (String name : names) {
      dir(name, 0755, 0, 0);
    }
    return this;
  }

  /** Adds one directory; {@code mode} is the permission bits. */
  public LayerBuilder dir(String name, int mode, int uid, int gid) {
    return put(owned(entry(name + "/", TarConstants.LF_DIR), mode, uid, gid), new byte[0]);
  }

  /** Adds a text file of mode 0644, owned by root. */
  public LayerBuilder text(String name, String content) {
    return file(name, 0644, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a regular file owned by root. */
  public LayerBuilder file(String name, int mode, byte[] content) {
    return file(name, mode, 0, 0, Map.of(), content);
  }

  /** Adds a regular file; {@code pax} are extra headers such as {@code SCHILY.xattr.user.a}. */
  public LayerBuilder file(
      String name, int mode, int uid, int gid, Map<String, String> pax, byte[] content) {
    TarArchiveEntry entry = owned(entry(name, TarConstants.LF_NORMAL), mode, uid, gid);
    pax.forEach(entry::addPaxHeader);
    return put(entry, content);
  }

  /** Adds a symbolic link. */
  public LayerBuilder symlink(String name, String target) {
    return link(name, target, TarConstants.LF_SYMLINK);
  }

  /** Adds a hard link to an earlier entry, or to whatever the target names. */
  public LayerBuilder hardlink(String name, String target) {
    return link(name, target, TarConstants.LF_LINK);
  }

  /** Adds a device node; {@code type} is {@code 'c'} or {@code 'b'}. */
  public LayerBuilder device(String name, char type, int major, int minor) {
    TarArchiveEntry entry =
        owned(entry(name, type == 'b' ? TarConstants.LF_BLK : TarConstants.LF_CHR), 0666, 0, 0);
    entry.setDevMajor(major);
    entry.setDevMinor(minor);
    return put(entry, new byte[0]);
  }

  /** Hides a lower layer's file. */
  public LayerBuilder whiteout(String directory, String name) {
    return file(join(directory, ".wh." + name), 0, new byte[0]);
  }

  /** Hides everything that lower layers have in a directory. */
  public LayerBuilder opaque(String directory) {
    return file(join(directory, ".wh..wh..opq"), 0, new byte[0]);
  }

  /** Ends the archive and packs it. The builder cannot be used afterwards. */
  public Layer build(Layer.Compression compression) {
    return Layer.of(buildArchive(), compression);
  }

  /** Ends the archive with gzip, the usual packing. */
  public Layer build() {
    return build(Layer.Compression.GZIP);
  }

  /** Ends the archive and gives its bytes. */
  public byte[] buildArchive() {
    try {
      tar.close();
    } catch (IOException e) {
      throw new IllegalStateException("ending a layer in memory", e);
    }
    return bytes.toByteArray();
  }

  private LayerBuilder link(String name, String target, byte type) {
    TarArchiveEntry entry = owned(entry(name, type), 0777, 0, 0);
    entry.setLinkName(target);
    return put(entry, new byte[0]);
  }

  private static TarArchiveEntry entry(String name, byte type) {
    // keeps a leading slash
    return new TarArchiveEntry(name, type, true);
  }

  private static TarArchiveEntry owned(TarArchiveEntry entry, int mode, int uid, int gid) {
    entry.setMode(mode);
    entry.setIds(uid, gid);
    entry.setModTime(EPOCH_MILLIS);
    return entry;
  }

  private LayerBuilder put(TarArchiveEntry entry, byte[] content) {
    entry.setSize(content.length);
    try {
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new IllegalStateException("adding " + entry.getName() + " to a layer in memory", e);
    }
    return this;
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }
}
