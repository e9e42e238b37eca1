package dev.berth.image.reference;

import dev.berth.fault.Fault;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A full image reference: a registry's domain, a repository in it, and a tag or a digest or both.
 *
 * <p>The grammar and the short forms are those of the distribution project: {@code busybox} means
 * {@code docker.io/library/busybox:latest}. A reference with a digest is resolved by the digest
 * alone; its tag is then only what somebody wrote next to it.
 *
 * @param domain host with an optional port
 * @param path repository path, at least one component
 * @param tag the tag; null when there is a digest only
 * @param digest the digest; null when there is a tag only
 */
public record Reference(String domain, String path, @Nullable String tag, @Nullable Digest digest) {

  private static final String DOCKER_HUB = "docker.io";
  private static final int MAX_INPUT = 1024;
  private static final int MAX_NAME = 255;

  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
              + "(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
              + "|\\[[a-fA-F0-9:.]{2,45}\\])(?::[0-9]{1,5})?");
  private static final Pattern COMPONENT =
      Pattern.compile("[a-z0-9]++(?:(?:\\.|_|__|-++)[a-z0-9]++)*+");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

  /**
   * Reads a reference as people write it.
   *
   * @throws Fault.InvalidArgument it is not one; the message names the text and the part
   */
  public static Reference parse(String text) {
    if (text.isEmpty()) {
      throw refused(text, "is empty");
    }
    if (text.length() > MAX_INPUT) {
      throw refused(text, "is longer than " + MAX_INPUT + " characters");
    }
    int at = text.indexOf('@');
    Digest digest = at < 0 ? null : parseDigest(text, text.substring(at + 1));
    String rest = at < 0 ? text : text.substring(0, at);
    int colon = rest.lastIndexOf(':');
    String tag = null;
    if (colon > rest.lastIndexOf('/') && !isPort(rest, colon)) {
      tag = parseTag(text, rest.substring(colon + 1));
      rest = rest.substring(0, colon);
    }
    if (tag == null && digest == null) {
      tag = "latest";
    }
    return parseName(text, rest, tag, digest);
  }

  /** A colon right after a bracketed address, with no path behind, would be a port. */
  private static boolean isPort(String rest, int colon) {
    return rest.indexOf('/') < 0 && rest.startsWith("[") && rest.indexOf(']') > colon;
  }

  private static Reference parseName(
      String text, String name, @Nullable String tag, @Nullable Digest digest) {
    int slash = name.indexOf('/');
    String head = slash < 0 ? "" : name.substring(0, slash);
    boolean hasDomain = !head.isEmpty() && looksLikeDomain(head);
    String domain = hasDomain ? head : DOCKER_HUB;
    String path = hasDomain ? name.substring(slash + 1) : name;
    if (domain.equals("index.docker.io")) {
      domain = DOCKER_HUB;
    }
    if (domain.equals(DOCKER_HUB) && path.indexOf('/') < 0) {
      path = "library/" + path;
    }
    checkName(text, domain, path, name);
    return new Reference(domain, path, tag, digest);
  }

  private static boolean looksLikeDomain(String head) {
    return head.equals("localhost")
        || head.indexOf('.') >= 0
        || head.indexOf(':') >= 0
        || head.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
  }

  private static void checkName(String text, String domain, String path, String name) {
    if (!DOMAIN.matcher(domain).matches()) {
      throw refused(text, "\"" + Quoted.clip(domain) + "\" is not a registry host");
    }
    if (name.length() == 64 && Digest.isLowerHex(name)) {
      throw refused(text, "64 hex digits are an image id, not a repository");
    }
    if (domain.length() + 1 + path.length() > MAX_NAME) {
      throw refused(text, "its name is longer than " + MAX_NAME + " characters");
    }
    for (String component : path.split("/", -1)) {
      if (!COMPONENT.matcher(component).matches()) {
        throw refused(
            text,
            "\"" + Quoted.clip(component) + "\" is not a lower-case repository path component");
      }
    }
  }

  private static String parseTag(String text, String tag) {
    if (!TAG.matcher(tag).matches()) {
      throw refused(text, "\"" + Quoted.clip(tag) + "\" is not a tag");
    }
    return tag;
  }

  private static Digest parseDigest(String text, String digest) {
    try {
      return Digest.parse(digest);
    } catch (Fault.InvalidArgument e) {
      throw refused(text, e.getMessage());
    }
  }

  private static Fault.InvalidArgument refused(String text, @Nullable String why) {
    return new Fault.InvalidArgument("image reference \"" + Quoted.clip(text) + "\": " + why);
  }

  /** Domain and path: {@code docker.io/library/busybox}. */
  public String name() {
    return domain + "/" + path;
  }

  /** The repo tag this gives an image; empty when it is resolved by digest. */
  public Optional<String> repoTag() {
    return tag == null || digest != null ? Optional.empty() : Optional.of(name() + ":" + tag);
  }

  /** The repo digest an image with this manifest digest gets. */
  public String repoDigest(Digest manifest) {
    return name() + "@" + manifest;
  }

  /** What is asked of the registry: the digest, or the tag where there is none. */
  public String target() {
    return digest != null ? digest.toString() : String.valueOf(tag);
  }

  /** The key under which a node knows it: {@code name@digest}, or {@code name:tag}. */
  public String canonical() {
    return digest != null ? name() + "@" + digest : name() + ":" + tag;
  }

  /** Everything that was written, in full. */
  @Override
  public String toString() {
    return name() + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }
}
