package dev.berth.cni.plugin;

/** What a plugin is asked to do (CNI_COMMAND). */
public enum Command {
  ADD,
  DEL,
  CHECK,
  GC,
  STATUS,
  VERSION
}
