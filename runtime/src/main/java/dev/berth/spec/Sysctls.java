package dev.berth.spec;

import dev.berth.spec.check.Refusal;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Kernel parameters of a pod: only those that belong to a namespace the pod has of its own.
 * Anything else would change the machine (CVE-2022-0532), and a key or value with a character that
 * some writer gives a meaning would change another parameter than the one named (CVE-2022-0811).
 */
final class Sysctls {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]+([./][A-Za-z0-9_-]+)+");
  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9 \t._:,/@-]{1,1024}");

  private Sysctls() {}

  /**
   * The checked parameters, keys with dots between their elements.
   *
   * @param field path of the map
   */
  static SortedMap<String, String> checked(
      String field, Map<String, String> sysctls, PodModes pod) {
    var checked = new TreeMap<String, String>();
    for (var entry : sysctls.entrySet()) {
      String key = dotted(field, entry.getKey());
      allowed(field, key, pod);
      if (!VALUE.matcher(entry.getValue()).matches()) {
        throw Refusal.of(
            field + "[" + key + "]", entry.getValue(), "not a value of a kernel parameter");
      }
      if (checked.put(key, entry.getValue()) != null) {
        throw Refusal.of(field, key, "is there twice");
      }
    }
    return checked;
  }

  /** sysctl(8) allows both separators; the first one tells which is the separator. */
  private static String dotted(String field, String key) {
    if (key.length() > 253 || !KEY.matcher(key).matches()) {
      throw Refusal.of(field, key, "not the name of a kernel parameter");
    }
    int dot = key.indexOf('.');
    int slash = key.indexOf('/');
    if (slash >= 0 && dot >= 0) {
      throw Refusal.of(field, key, "mixes \".\" and \"/\"");
    }
    return key.replace('/', '.');
  }

  private static void allowed(String field, String key, PodModes pod) {
    if (key.startsWith("net.")) {
      refuseIf(pod.hostNetwork(), field, key, "network");
    } else if (isIpc(key)) {
      refuseIf(pod.hostIpc(), field, key, "IPC");
    } else if (key.equals("kernel.domainname")) {
      refuseIf(pod.hostNetwork(), field, key, "UTS");
    } else {
      throw Refusal.of(field, key, "not a parameter of a namespace that a pod has of its own");
    }
  }

  private static boolean isIpc(String key) {
    return key.startsWith("fs.mqueue.")
        || key.startsWith("kernel.shm")
        || key.startsWith("kernel.msg")
        || key.equals("kernel.sem");
  }

  private static void refuseIf(boolean host, String field, String key, String what) {
    if (host) {
      throw Refusal.of(field, key, "the pod uses the machine's " + what + " namespace");
    }
  }
}
