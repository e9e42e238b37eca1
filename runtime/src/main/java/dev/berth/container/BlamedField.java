package dev.berth.container;

import dev.berth.cri.v1.ContainerConfig;
import dev.berth.cri.v1.Device;
import dev.berth.cri.v1.Mount;
import dev.berth.fault.Fault;
import dev.berth.shim.ShimFailure;
import dev.berth.spec.check.Paths;
import dev.berth.spec.check.Refusal;
import dev.berth.state.ShimFaults;
import java.util.List;
import java.util.function.Function;

/**
 * What a shim could not do, as a fault that names the field of the request.
 *
 * <p>The shim knows only its plan: the names of its steps (in {@code src/main/c}) lead back to the
 * request. A step that serves no field in particular keeps its own words.
 */
public final class BlamedField {
  private static final String CONTEXT = "config.linux.security_context.";

  private BlamedField() {}

  /** For a container that could not be created or started. */
  static Fault ofContainer(String attempted, ContainerConfig config, ShimFailure failure) {
    return fault(attempted, containerField(config, failure), failure);
  }

  /** For a command that could not be run in a container. */
  public static Fault ofExec(String attempted, ShimFailure failure) {
    String field =
        switch (failure.step()) {
          case "find command", "find command in PATH", "execute" -> "cmd";
          default -> "";
        };
    return fault(attempted, field, failure);
  }

  private static Fault fault(String attempted, String field, ShimFailure failure) {
    boolean asked =
        failure.kind() == ShimFailure.Kind.BAD_REQUEST
            || failure.kind() == ShimFailure.Kind.WRONG_STATE;
    return asked && !field.isEmpty()
        ? ShimFaults.of(
            field + " \"" + Refusal.printable(failure.detail()) + "\": " + attempted, failure)
        : ShimFaults.of(attempted, failure);
  }

  private static String containerField(ContainerConfig config, ShimFailure failure) {
    String path = failure.detail();
    return switch (failure.step()) {
      case "find command", "find command in PATH", "execute" -> "config.command";
      case "make working_dir", "check working directory", "change to working directory" ->
          "config.working_dir";
      case "open log" -> "config.log_path";
      case "join processes of" -> CONTEXT + "namespace_options.target_id";
      case "mask" -> CONTEXT + "masked_paths";
      case "make read-only" -> CONTEXT + "readonly_paths";
      case "open mount source" -> mount(config, Mount::getHostPath, path, ".host_path");
      case "open image_sub_path" -> mount(config, BlamedField::part, path, ".image_sub_path");
      case "make device", "replace by device", "own device", "make device outside of /dev" ->
          device(config, path);
      case "resolve in root",
          "resolve in root without links",
          "make directory in root",
          "make file in root",
          "mount a file over",
          "mount over proc at",
          "attach mount" ->
          mount(config, Mount::getContainerPath, path, ".container_path");
      default -> "";
    };
  }

  /** The mount of this path, or the one for which it had to be made; none for Berth's own. */
  private static String mount(
      ContainerConfig config, Function<Mount, String> side, String path, String name) {
    List<Mount> mounts = config.getMountsList();
    for (int i = 0; i < mounts.size(); i++) {
      String asked = side.apply(mounts.get(i));
      if (asked.startsWith("/") && Paths.within(path, Paths.absolute(name, asked))) {
        return "config.mounts[" + i + "]" + name;
      }
    }
    return "";
  }

  /** As the shim is told it: from the image's root. */
  private static String part(Mount mount) {
    return mount.getImageSubPath().isEmpty() ? "" : "/" + mount.getImageSubPath();
  }

  private static String device(ContainerConfig config, String path) {
    List<Device> devices = config.getDevicesList();
    for (int i = 0; i < devices.size(); i++) {
      if (Paths.within(path, devices.get(i).getContainerPath())) {
        return "config.devices[" + i + "].container_path";
      }
    }
    return "";
  }
}
