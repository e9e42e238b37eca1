package dev.berth.e2e.registry;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A layer as a registry stores it.
 *
 * @param blob the stored, possibly compressed bytes
 * @param diffId digest of the uncompressed archive
 * @param compression how the blob is packed
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; copied nowhere
public record Layer(byte[] blob, String diffId, Compression compression) {

  /**
   * How a layer's archive is packed, and how its media type ends in the OCI and Docker families.
   */
  public enum Compression {
    NONE("tar", "tar"),
    GZIP("tar+gzip", "tar.gzip"),
    ZSTD("tar+zstd", "tar.zstd");

    private final String oci;
    private final String docker;

    Compression(String oci, String docker) {
      this.oci = oci;
      this.docker = docker;
    }
  }

  /** Packs an archive; the blob's digest is {@link #digest()}. */
  public static Layer of(byte[] tar, Compression compression) {
    return new Layer(pack(tar, compression), Digests.sha256(tar), compression);
  }

  /** Digest of the stored bytes. */
  public String digest() {
    return Digests.sha256(blob);
  }

  /** Media type in the OCI family. */
  public String ociType() {
    return "application/vnd.oci.image.layer.v1." + compression.oci;
  }

  /** Media type in the Docker schema 2 family. */
  public String dockerType() {
    return "application/vnd.docker.image.rootfs.diff." + compression.docker;
  }

  private static byte[] pack(byte[] tar, Compression compression) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(tar.length / 2 + 64);
    try (OutputStream out =
        switch (compression) {
          case NONE -> packed;
          case GZIP -> new GZIPOutputStream(packed);
          case ZSTD -> new ZstdOutputStream(packed);
        }) {
      out.write(tar);
    } catch (IOException e) {
      throw new IllegalStateException("packing a layer of " + tar.length + " bytes in memory", e);
    }
    return packed.toByteArray();
  }
}
