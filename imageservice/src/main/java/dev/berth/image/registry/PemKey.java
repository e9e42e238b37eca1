package dev.berth.image.registry;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key in a PEM text: PKCS #8 (RFC 5958), or the older forms of RSA (PKCS #1, RFC 8017)
 * and of elliptic curves (SEC 1, RFC 5915), which are put into a PKCS #8 envelope.
 */
final class PemKey {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN (RSA |EC |ENCRYPTED )?PRIVATE KEY-----([^-]*)-----END [A-Z ]*-----");

  /** AlgorithmIdentifier rsaEncryption with NULL parameters. */
  private static final byte[] RSA = {
    0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0
  };

  /** The object identifier id-ecPublicKey. */
  private static final byte[] EC = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };

  private static final byte[] VERSION = {0x02, 0x01, 0x00};
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int CURVE = 0xa0;

  private PemKey() {}

  /**
   * Reads the first private key of a text.
   *
   * @throws GeneralSecurityException there is none, or it is of no form that is known
   */
  static PrivateKey read(String pem) throws GeneralSecurityException {
    Matcher block = BLOCK.matcher(pem);
    if (!block.find()) {
      throw new KeyException("no private key in PEM form");
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(block.group(2).getBytes(US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new KeyException("the private key is not base64", e);
    }
    String kind = block.group(1) == null ? "" : block.group(1).strip();
    return switch (kind) {
      case "RSA" -> decoded(element(SEQUENCE, VERSION, RSA, element(OCTETS, der)));
      case "EC" -> decoded(element(SEQUENCE, VERSION, curveOf(der), element(OCTETS, der)));
      case "ENCRYPTED" -> throw new KeyException("the private key is encrypted");
      default -> decoded(der);
    };
  }

  private static PrivateKey decoded(byte[] pkcs8) throws GeneralSecurityException {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException another) {
        // the next algorithm
      }
    }
    throw new KeyException("the private key is neither RSA nor of an elliptic curve");
  }

  /** The AlgorithmIdentifier of a SEC 1 key, whose curve stands in its element [0]. */
  private static byte[] curveOf(byte[] sec1) throws KeyException {
    // SEQUENCE { version, OCTET STRING privateKey, [0] curve OPTIONAL, [1] public OPTIONAL }
    int at = skipHeader(sec1, 0);
    while (at < sec1.length) {
      int content = skipHeader(sec1, at);
      int end = content + length(sec1, at);
      if ((sec1[at] & 0xff) == CURVE && end <= sec1.length) {
        return element(SEQUENCE, EC, Arrays.copyOfRange(sec1, content, end));
      }
      at = end;
    }
    throw new KeyException("the private key does not name its curve");
  }

  private static int skipHeader(byte[] der, int at) throws KeyException {
    if (at + 1 >= der.length) {
      throw new KeyException("the private key is cut off");
    }
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) throws KeyException {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int end = skipHeader(der, at);
    if (first > 0x82 || end > der.length) {
      throw new KeyException("the private key is malformed");
    }
    int length = 0;
    for (int i = at + 2; i < end; i++) {
      length = (length << 8) | (der[i] & 0xff);
    }
    return length;
  }

  private static byte[] element(int tag, byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (length >= 0x80) {
      int bytes = length > 0xffff ? 3 : length > 0xff ? 2 : 1;
      out.write(0x80 | bytes);
      for (int i = bytes - 1; i >= 0; i--) {
        out.write(length >> (8 * i));
      }
    } else {
      out.write(length);
    }
    Arrays.stream(parts).forEach(out::writeBytes);
    return out.toByteArray();
  }
}
