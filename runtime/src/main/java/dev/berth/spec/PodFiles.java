package dev.berth.spec;

/**
 * Where a pod's files are on the machine.
 *
 * @param directory the pod's directory
 */
public record PodFiles(String directory) {
  public String hosts() {
    return directory + "/hosts";
  }

  public String hostname() {
    return directory + "/hostname";
  }

  public String resolvConf() {
    return directory + "/resolv.conf";
  }

  /** Stands for the pod's one {@code /dev/shm}, which the pod's shim holds by descriptor. */
  public String shm() {
    return directory + "/shm";
  }

  /** Stands for a namespace of the pod, held by descriptor too. */
  public String namespace(String type) {
    return directory + "/ns/" + type;
  }
}
