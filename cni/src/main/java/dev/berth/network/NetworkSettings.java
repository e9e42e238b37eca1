package dev.berth.network;

import java.nio.file.Path;
import java.util.List;

/**
 * What the built-in network is told.
 *
 * @param instanceId eight hex digits: part of every host-visible name
 * @param podCidrs the ranges that pods get addresses from, one address of each family that is
 *     there, the first range's family first; within a family the next range is for when the one
 *     before it is full
 * @param mtu bytes of the pods' links; 0 takes the MTU of the link of the host's default route
 * @param rangeLocks a directory that all instances of this machine share, on a file system that a
 *     reboot empties; says which instance uses which range
 */
public record NetworkSettings(String instanceId, List<Cidr> podCidrs, int mtu, Path rangeLocks) {

  /** How many ranges there may be. */
  public static final int MOST_RANGES = 16;

  /**
   * Checks what can be checked without the machine.
   *
   * @throws IllegalArgumentException with the reason
   */
  public NetworkSettings {
    podCidrs = List.copyOf(podCidrs);
    if (!isInstance(instanceId)) {
      throw new IllegalArgumentException(
          "instance id \"" + instanceId + "\" is not eight hex digits");
    }
    if (podCidrs.isEmpty()) {
      throw new IllegalArgumentException("no pod range is given");
    }
    for (Cidr cidr : podCidrs) {
      checkRange(cidr);
    }
    checkTogether(podCidrs);
    if (mtu != 0 && (mtu < (hasIpv6(podCidrs) ? 1280 : 576) || mtu > 65535)) {
      throw new IllegalArgumentException("mtu " + mtu + " is impossible");
    }
  }

  private static void checkTogether(List<Cidr> cidrs) {
    if (cidrs.size() > MOST_RANGES) {
      throw new IllegalArgumentException(cidrs.size() + " pod ranges are more than " + MOST_RANGES);
    }
    for (int i = 1; i < cidrs.size(); i++) {
      for (Cidr before : cidrs.subList(0, i)) {
        if (before.overlaps(cidrs.get(i))) {
          throw new IllegalArgumentException(
              "pod ranges " + before + " and " + cidrs.get(i) + " overlap");
        }
      }
    }
  }

  private static boolean isInstance(String id) {
    boolean hex = id.length() == 8;
    for (int i = 0; hex && i < 8; i++) {
      hex = "0123456789abcdef".indexOf(id.charAt(i)) >= 0;
    }
    return hex;
  }

  private static void checkRange(Cidr cidr) {
    int hostBits = cidr.addressBits() - cidr.prefix();
    if (hostBits < 2) {
      throw new IllegalArgumentException("pod range " + cidr + " has no room for pods");
    }
    if (cidr.address().isLoopbackAddress()
        || cidr.address().isMulticastAddress()
        || cidr.address().isLinkLocalAddress()
        || cidr.prefix() < (cidr.isIpv6() ? 16 : 8)) {
      throw new IllegalArgumentException("pod range " + cidr + " is not a range for pods");
    }
  }

  private static boolean hasIpv6(List<Cidr> cidrs) {
    return cidrs.stream().anyMatch(Cidr::isIpv6);
  }

  /** Whether pods get an IPv4 address. */
  public boolean ipv4() {
    return podCidrs.stream().anyMatch(cidr -> !cidr.isIpv6());
  }

  /** Whether pods get an IPv6 address. */
  public boolean ipv6() {
    return hasIpv6(podCidrs);
  }

  /** The bridge's name. */
  public String bridge() {
    return "bth" + instanceId;
  }

  /** The nftables table's name. */
  public String table() {
    return "berth-" + instanceId;
  }
}
