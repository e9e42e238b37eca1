package dev.berth.cdi;

import dev.berth.fault.Fault;
import dev.berth.spec.HostFiles;
import dev.berth.spec.HostFiles.HostDevice;
import dev.berth.spec.check.Paths;
import dev.berth.spec.oci.OciLinux;
import dev.berth.spec.oci.OciMount;
import dev.berth.spec.oci.OciProcess;
import dev.berth.spec.oci.OciResources;
import dev.berth.spec.oci.OciResources.DeviceRule;
import dev.berth.spec.oci.OciSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Edits of devices, put into one spec. Belongs to one request. */
final class CdiInjection {
  private final OciSpec spec;
  private final HostFiles host;
  private final Map<String, String> env = new LinkedHashMap<>();
  private final Map<String, OciLinux.Device> nodes = new LinkedHashMap<>();
  private final List<DeviceRule> rules;
  private final List<OciMount> mounts;
  private final List<Integer> groups;

  CdiInjection(OciSpec spec, HostFiles host) {
    this.spec = spec;
    this.host = host;
    spec.process().env().forEach(this::set);
    spec.linux().devices().forEach(d -> nodes.put(d.path(), d));
    this.rules = new ArrayList<>(spec.linux().resources().devices());
    this.mounts = new ArrayList<>(spec.mounts());
    this.groups = new ArrayList<>(spec.process().user().additionalGids());
  }

  void apply(CdiName name, CdiEdits edits) {
    edits.env().forEach(this::set);
    edits.nodes().forEach(node -> add(name, node));
    edits.mounts().forEach(mount -> add(name, mount));
    edits.groups().stream().filter(gid -> !groups.contains(gid)).forEach(groups::add);
  }

  private void set(String variable) {
    int equals = variable.indexOf('=');
    if (equals > 0) {
      env.put(variable.substring(0, equals), variable);
    }
  }

  private void add(CdiName name, CdiEdits.Node node) {
    String path = Paths.absolute("CDI device " + name + " deviceNodes.path", node.path());
    HostDevice real =
        host.find(node.hostPath())
            .map(found -> host.devicesBelow(found.realPath()))
            .filter(found -> found.size() == 1)
            .map(List::getFirst)
            .orElseThrow(() -> refused(name, node.hostPath(), "is no device on the machine"));
    String type = real.block() ? "b" : "c";
    nodes.put(
        path,
        new OciLinux.Device(
            path,
            type,
            real.major(),
            real.minor(),
            node.mode() == null ? real.mode() : node.mode() & 0777,
            node.uid() == null ? real.uid() : node.uid(),
            node.gid() == null ? real.gid() : node.gid()));
    if (!node.permissions().matches("[rwm]{1,3}")) {
      throw refused(name, node.permissions(), "permissions hold the letters r, w and m only");
    }
    rules.add(
        new DeviceRule(true, type, (long) real.major(), (long) real.minor(), node.permissions()));
  }

  private void add(CdiName name, CdiEdits.Mount mount) {
    String to =
        Paths.absolute("CDI device " + name + " mounts.containerPath", mount.containerPath());
    if (to.equals("/") || Paths.within("/proc", to) || Paths.within("/sys", to)) {
      throw refused(name, to, "nothing is mounted there");
    }
    String from =
        host.find(mount.hostPath())
            .map(HostFiles.Found::realPath)
            .orElseThrow(() -> refused(name, mount.hostPath(), "no such file on the machine"));
    var options = new ArrayList<>(mount.options());
    if (options.stream().noneMatch(option -> option.equals("rbind"))) {
      options.add("rbind");
    }
    mounts.add(OciMount.bind(to, from, options));
  }

  private static Fault refused(CdiName name, String value, String why) {
    return Fault.InvalidArgument.of("CDI device " + name, value, why);
  }

  OciSpec result() {
    // what lies deeper comes later, as everywhere
    mounts.sort(Comparator.comparingInt(m -> Paths.depth(m.destination())));
    OciProcess p = spec.process();
    OciProcess.User user = p.user();
    OciResources r = spec.linux().resources();
    var resources =
        new OciResources(rules, r.memory(), r.cpu(), r.pids(), r.hugepageLimits(), r.unified());
    return new OciSpec(
            spec.ociVersion(),
            p.with(
                new OciProcess.User(user.uid(), user.gid(), user.umask(), groups),
                List.copyOf(env.values())),
            spec.root(),
            spec.hostname(),
            mounts,
            spec.annotations(),
            spec.linux())
        .withLinux(spec.linux().with(List.copyOf(nodes.values()), resources));
  }
}
