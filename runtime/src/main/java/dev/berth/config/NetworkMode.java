package dev.berth.config;

/** Who attaches pods to a network. Never guessed from what lies in a folder. */
public enum NetworkMode {
  /** Berth itself: a bridge, veth links, routes and nftables over netlink. */
  BUILTIN,
  /** Plugins of the Container Network Interface, by the configuration in a folder. */
  CNI
}
