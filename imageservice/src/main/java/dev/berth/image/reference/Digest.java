package dev.berth.image.reference;

import dev.berth.fault.Fault;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A content address: {@code sha256:} and 64, or {@code sha512:} and 128 lower-case hex digits (OCI
 * image-spec, descriptor.md). Other algorithms are refused.
 *
 * @param algorithm how it was computed
 * @param hex lower-case hex digits
 */
public record Digest(Algorithm algorithm, String hex) implements Comparable<Digest> {

  /** A hash function that may name content. */
  public enum Algorithm {
    SHA256("sha256", "SHA-256", 64),
    SHA512("sha512", "SHA-512", 128);

    private final String label;
    private final String jcaName;
    private final int hexLength;

    Algorithm(String label, String jcaName, int hexLength) {
      this.label = label;
      this.jcaName = jcaName;
      this.hexLength = hexLength;
    }

    /** The name as written before the colon. */
    public String label() {
      return label;
    }

    /** A fresh hash. */
    public MessageDigest hash() {
      try {
        return MessageDigest.getInstance(jcaName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("this JDK has no " + jcaName, e);
      }
    }
  }

  public Digest {
    if (hex.length() != algorithm.hexLength || !isLowerHex(hex)) {
      throw new Fault.InvalidArgument(
          "digest \""
              + algorithm.label
              + ":"
              + Quoted.clip(hex)
              + "\": needs "
              + algorithm.hexLength
              + " lower-case hex digits");
    }
  }

  /**
   * Reads a digest.
   *
   * @throws Fault.InvalidArgument it does not have the exact form
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    String label = colon < 0 ? "" : text.substring(0, colon);
    for (Algorithm algorithm : Algorithm.values()) {
      if (algorithm.label.equals(label)) {
        return new Digest(algorithm, text.substring(colon + 1));
      }
    }
    throw new Fault.InvalidArgument(
        "digest \"" + Quoted.clip(text) + "\": must begin with sha256: or sha512:");
  }

  /** The sha256 digest of some bytes. */
  public static Digest sha256(byte[] content) {
    return of(Algorithm.SHA256, Algorithm.SHA256.hash().digest(content));
  }

  /** The digest of some bytes by this digest's own algorithm. */
  public Digest over(byte[] content) {
    return of(algorithm, algorithm.hash().digest(content));
  }

  /** The digest whose bytes a hash has given. */
  public static Digest of(Algorithm algorithm, byte[] hash) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  static boolean isLowerHex(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  @Override
  public int compareTo(Digest other) {
    return toString().compareTo(other.toString());
  }

  /** {@code algorithm:hex}. */
  @Override
  public String toString() {
    return algorithm.label + ":" + hex;
  }
}
