package dev.berth.spec;

import dev.berth.cri.v1.NamespaceOption;
import dev.berth.shim.NamespaceMode;
import dev.berth.shim.Namespaces;
import dev.berth.spec.check.Refusal;
import dev.berth.spec.oci.OciLinux.Namespace;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The namespaces of one container.
 *
 * <p>Network, IPC and host name are the pod's, whatever the container's options leave out; a
 * container cannot reach for the machine's where its pod does not. Processes follow the container's
 * own option: POD means whatever the pod has, which in a pod of separate containers is a namespace
 * of its own.
 */
final class NamespaceChoice {
  private static final String FIELD = "config.linux.security_context.namespace_options";

  private NamespaceChoice() {}

  /**
   * Decides.
   *
   * @param ownCgroup whether the container gets a cgroup namespace of its own
   */
  static Namespaces of(NamespaceOption options, PodModes pod, boolean ownCgroup) {
    notBeyond("network", options.getNetwork(), pod.hostNetwork());
    notBeyond("ipc", options.getIpc(), pod.hostIpc());
    sameUsers(options, pod);
    NamespaceMode pid = pid(options, pod);
    return new Namespaces(
        pod.hostNetwork() ? NamespaceMode.HOST : NamespaceMode.POD,
        pod.hostIpc() ? NamespaceMode.HOST : NamespaceMode.POD,
        pod.hostNetwork() ? NamespaceMode.HOST : NamespaceMode.POD,
        pid,
        ownCgroup ? NamespaceMode.NEW : NamespaceMode.HOST,
        pid == NamespaceMode.TARGET ? options.getTargetId() : null);
  }

  private static void notBeyond(
      String name, dev.berth.cri.v1.NamespaceMode asked, boolean podUsesHost) {
    switch (asked) {
      case POD -> {}
      case NODE -> {
        if (!podUsesHost) {
          throw Refusal.of(FIELD + "." + name, asked, "the pod has one of its own");
        }
      }
      default -> throw Refusal.of(FIELD + "." + name, asked, "is POD or NODE");
    }
  }

  /** A container's users are its pod's; kubelets repeat them. */
  private static void sameUsers(NamespaceOption options, PodModes pod) {
    String field = FIELD + ".userns_options";
    if (options.hasUsernsOptions()
        && !Objects.equals(PodModes.users(field, options), pod.users())) {
      throw Refusal.of(
          field + ".mode", options.getUsernsOptions().getMode(), "the pod has other id mappings");
    }
  }

  private static NamespaceMode pid(NamespaceOption options, PodModes pod) {
    return switch (options.getPid()) {
      case CONTAINER -> NamespaceMode.NEW;
      case POD ->
          switch (pod.pid()) {
            case POD -> NamespaceMode.POD;
            case NODE -> NamespaceMode.HOST;
            default -> NamespaceMode.NEW;
          };
      case NODE -> {
        if (pod.pid() != dev.berth.cri.v1.NamespaceMode.NODE) {
          throw Refusal.of(FIELD + ".pid", "NODE", "the pod has processes of its own");
        }
        yield NamespaceMode.HOST;
      }
      case TARGET -> {
        if (options.getTargetId().isEmpty()) {
          throw Refusal.of(FIELD + ".target_id", "", "pid mode TARGET needs it");
        }
        yield NamespaceMode.TARGET;
      }
      case UNRECOGNIZED -> throw Refusal.of(FIELD + ".pid", options.getPidValue(), "no such mode");
    };
  }

  /** The same as the OCI spec lists them: a kind that is missing is the machine's. */
  static List<Namespace> toOci(Namespaces choice, boolean ownUsers, PodFiles pod) {
    var list = new ArrayList<Namespace>();
    if (ownUsers) {
      list.add(new Namespace("user", pod.namespace("user")));
    }
    add(list, "pid", choice.pid(), pidPath(choice, pod));
    add(list, "network", choice.net(), pod.namespace("network"));
    add(list, "ipc", choice.ipc(), pod.namespace("ipc"));
    add(list, "uts", choice.uts(), pod.namespace("uts"));
    list.add(new Namespace("mount", null));
    add(list, "cgroup", choice.cgroup(), pod.namespace("cgroup"));
    return list;
  }

  private static String pidPath(Namespaces choice, PodFiles pod) {
    return choice.targetContainer() == null
        ? pod.namespace("pid")
        : pod.directory() + "/containers/" + choice.targetContainer() + "/ns/pid";
  }

  private static void add(List<Namespace> list, String type, NamespaceMode mode, String path) {
    switch (mode) {
      case HOST -> {}
      case NEW -> list.add(new Namespace(type, null));
      case POD, TARGET -> list.add(new Namespace(type, path));
    }
  }
}
