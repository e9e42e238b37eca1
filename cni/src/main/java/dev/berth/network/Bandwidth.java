package dev.berth.network;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How fast a pod may receive and send, in bits a second; 0 is without a limit.
 *
 * @param ingress what comes to the pod
 * @param egress what leaves the pod
 */
public record Bandwidth(long ingress, long egress) {
  /** No limit. */
  public static final Bandwidth UNLIMITED = new Bandwidth(0, 0);

  /** The annotation that limits what comes to a pod. */
  public static final String INGRESS = "kubernetes.io/ingress-bandwidth";

  /** The annotation that limits what leaves a pod. */
  public static final String EGRESS = "kubernetes.io/egress-bandwidth";

  // The kubelet's own bounds: 1k to 1P.
  private static final BigDecimal LEAST = BigDecimal.valueOf(1000);
  private static final BigDecimal MOST = BigDecimal.TEN.pow(15);

  private static final Pattern QUANTITY =
      Pattern.compile("\\+?([0-9]{1,16}(?:\\.[0-9]{0,9})?)([kMGTPE]|[KMGTPE]i|m|[eE][0-9]{1,2})?");

  /** Whether there is any limit. */
  public boolean isLimited() {
    return ingress > 0 || egress > 0;
  }

  /**
   * Reads a pod's annotations.
   *
   * @throws IllegalArgumentException names the annotation and says what is wrong with its value
   */
  public static Bandwidth of(Map<String, String> annotations) {
    return new Bandwidth(limit(annotations, INGRESS), limit(annotations, EGRESS));
  }

  private static long limit(Map<String, String> annotations, String name) {
    String text = annotations.get(name);
    if (text == null) {
      return 0;
    }
    Matcher matcher = QUANTITY.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "annotation " + name + ": \"" + text + "\" is not a quantity, such as 10M");
    }
    BigDecimal bits = new BigDecimal(matcher.group(1)).multiply(factor(matcher.group(2)));
    if (bits.compareTo(LEAST) < 0 || bits.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "annotation " + name + ": \"" + text + "\" is outside 1k to 1P bits a second");
    }
    return bits.longValue();
  }

  /** The suffixes of Kubernetes' quantities. */
  private static BigDecimal factor(@org.jspecify.annotations.Nullable String suffix) {
    if (suffix == null) {
      return BigDecimal.ONE;
    }
    if (suffix.equals("m")) {
      return new BigDecimal("0.001");
    }
    if (suffix.length() > 1
        && (suffix.charAt(0) == 'e' || suffix.charAt(0) == 'E')
        && suffix.charAt(1) != 'i') {
      return BigDecimal.TEN.pow(Integer.parseInt(suffix.substring(1)));
    }
    int step = "kMGTPE".indexOf(Character.toString(suffix.charAt(0)).replace('K', 'k')) + 1;
    return suffix.endsWith("i")
        ? BigDecimal.valueOf(1024).pow(step)
        : BigDecimal.valueOf(1000).pow(step);
  }
}
