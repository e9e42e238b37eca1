package dev.berth.container;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.state.Container;
import dev.berth.state.ContainerState;
import dev.berth.state.Layout;
import dev.berth.state.v1.ContainerRecord;

/** What a verbose ContainerStatus adds for a person who debugs; the keys that tools look for. */
final class ContainerInfo {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ContainerInfo() {}

  static String json(Container container, Layout layout) {
    ContainerRecord born = container.born();
    ObjectNode info = JSON.createObjectNode();
    info.put("sandboxID", container.sandboxId());
    info.put("pid", pid(container.state()));
    info.put("state", container.state().getClass().getSimpleName());
    info.put("imageID", born.getImageId());
    info.put("directory", layout.disk(container.id()).toString());
    info.set("cgroups", JSON.valueToTree(born.getCgroupsList()));
    ObjectNode process = info.putObject("process");
    process.put("cwd", born.getProcess().getCwd());
    process.put("noNewPrivileges", born.getProcess().getNoNewPrivs());
    process.put("capabilities", Long.toHexString(born.getProcess().getCapEffective()));
    process.put("seccomp", !born.getProcess().getSeccomp().isEmpty());
    try {
      return JSON.writeValueAsString(info);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of our own is not JSON", e);
    }
  }

  /** The process id of its init on the host; 0 when there is none. */
  private static int pid(ContainerState state) {
    return switch (state) {
      case ContainerState.Waiting w -> w.pid();
      case ContainerState.Starting s -> s.pid();
      case ContainerState.Running r -> r.pid();
      case ContainerState.Making _, ContainerState.Ended _ -> 0;
    };
  }
}
