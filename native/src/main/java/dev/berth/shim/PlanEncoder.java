package dev.berth.shim;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes plans as the records that {@code record.c} reads; the format is described in {@code
 * plan.h}. The same plan always gives the same bytes.
 */
final class PlanEncoder {
  /** Offset of the version in a record. */
  private static final int VERSION_AT = 4;

  /** Version of the oldest records that this class can write; see {@link #asVersion}. */
  static final int OLDEST = 1;

  /** Version of the records this class writes. */
  static final int VERSION = 4;

  /** Version of the first records that know mounts of images. */
  static final int IMAGES_SINCE = 3;

  private static final int POD = 1;
  private static final int CONTAINER = 2;
  private static final int EXEC = 3;

  private final RecordBuffer out;

  private PlanEncoder(int kind) {
    out = new RecordBuffer(VERSION, kind);
  }

  /** The record of a pod's plan. */
  static ByteBuffer encode(PodPlan plan) {
    PlanEncoder encoder = new PlanEncoder(POD);
    encoder.pod(plan);
    return encoder.out.finish();
  }

  /** The record of a container's plan. */
  static ByteBuffer encode(ContainerPlan plan) {
    PlanEncoder encoder = new PlanEncoder(CONTAINER);
    encoder.container(plan);
    return encoder.out.finish();
  }

  /** The record of an exec session's plan. */
  static ByteBuffer encode(ExecPlan plan) {
    PlanEncoder encoder = new PlanEncoder(EXEC);
    encoder.exec(plan);
    return encoder.out.finish();
  }

  /**
   * A record as a shim of an earlier version reads it. Since the first version the plans of
   * containers and of exec sessions have not changed but for mapped binds, which only a pod with a
   * user namespace has, stalling logs, which {@link StdioPlan#asVersion} takes away, and images,
   * which {@link ConnectedShim} refuses such a shim; and a pod's plan only goes to a shim that this
   * daemon has just started.
   */
  static ByteBuffer asVersion(ByteBuffer record, int version) {
    return record.putShort(VERSION_AT, (short) version);
  }

  private void pod(PodPlan plan) {
    out.u32(
        bit(plan.newNet(), 1)
            | bit(plan.newIpc(), 2)
            | bit(plan.newUts(), 4)
            | bit(plan.sharedPid(), 8)
            | bit(plan.users() != null, 16));
    out.text(plan.hostname());
    out.u64(plan.shmBytes());
    pairs(plan.sysctls());
    range(plan.users() == null ? null : plan.users().uids());
    range(plan.users() == null ? null : plan.users().gids());
  }

  private void range(PodUsers.@Nullable Range range) {
    out.u32(range == null ? 0 : range.first()).u32(range == null ? 0 : range.length());
  }

  private void container(ContainerPlan plan) {
    out.text(plan.id());
    namespaces(plan.namespaces());
    texts(plan.cgroupDirs());
    out.text(plan.hostname());
    root(plan.root());
    out.u32(plan.mounts().size());
    plan.mounts().forEach(this::mount);
    out.u32(plan.devices().size());
    plan.devices().forEach(this::device);
    out.u32(plan.symlinks().size());
    plan.symlinks().forEach(link -> out.text(link.path()).text(link.content()));
    texts(plan.maskedPaths());
    texts(plan.readonlyPaths());
    pairs(plan.sysctls());
    process(plan.process());
    StdioPlan stdio = plan.stdio();
    out.text(orEmpty(stdio.logPath()));
    out.u32(bit(stdio.tty(), 1) | bit(stdio.stdin(), 2) | bit(stdio.stalls(), 4))
        .u32(stdio.maxLineBytes());
    out.text(plan.exitRecordPath());
  }

  private void exec(ExecPlan plan) {
    out.text(plan.containerId()).text(plan.execId());
    process(plan.process());
    out.u32(bit(plan.tty(), 1));
    texts(plan.cgroupDirs());
  }

  private void namespaces(Namespaces ns) {
    out.u32(mode(ns.net())).u32(mode(ns.ipc())).u32(mode(ns.uts()));
    out.u32(mode(ns.pid())).u32(mode(ns.cgroup())).text(orEmpty(ns.targetContainer()));
  }

  private static int mode(NamespaceMode mode) {
    return switch (mode) {
      case POD -> 0;
      case NEW -> 1;
      case HOST -> 2;
      case TARGET -> 3;
    };
  }

  private void root(RootPlan root) {
    texts(root.lower());
    out.text(orEmpty(root.upper())).text(orEmpty(root.work())).u32(bit(root.readonly(), 1));
  }

  private void mount(MountOp op) {
    switch (op) {
      case MountOp.Bind bind -> {
        int how =
            bit(bind.recursive(), 1) | bit(bind.recursiveReadonly(), 2) | bit(bind.mapped(), 4);
        mount(1, op, bind.source(), how, spread(bind.propagation()), 0, 0);
      }
      case MountOp.Tmpfs tmpfs -> mount(2, op, "", 0, 0, tmpfs.sizeBytes(), tmpfs.mode());
      case MountOp.Proc proc -> plain(3, proc);
      case MountOp.Sysfs sysfs -> plain(4, sysfs);
      case MountOp.Mqueue mqueue -> plain(5, mqueue);
      case MountOp.Devpts devpts -> plain(6, devpts);
      case MountOp.Cgroup cgroup -> plain(7, cgroup);
      case MountOp.PodShm shm -> plain(8, shm);
      case MountOp.Image image -> {
        mount(9, op, image.part(), 0, 0, 0, 0);
        texts(image.layers());
      }
    }
  }

  private void plain(int kind, MountOp op) {
    mount(kind, op, "", 0, 0, 0, 0);
  }

  private void mount(
      int kind, MountOp op, String source, int how, int propagation, long size, int mode) {
    out.u32(kind).text(op.target());
    out.u32(op.flags().stream().mapToInt(MountFlag::bit).reduce(0, (a, b) -> a | b));
    out.text(source).u32(how).u32(propagation).u64(size).u32(mode);
  }

  private static int spread(Propagation propagation) {
    return switch (propagation) {
      case PRIVATE -> 0;
      case SLAVE -> 1;
      case SHARED -> 2;
    };
  }

  private void device(DeviceNode device) {
    out.text(device.path()).u32(bit(device.type() == DeviceNode.Type.BLOCK, 1));
    out.u32(device.major()).u32(device.minor()).u32(device.mode());
    out.u32(device.uid()).u32(device.gid());
  }

  private void process(ProcessPlan process) {
    texts(process.args());
    texts(process.env());
    out.text(process.cwd());
    user(process.user());
    CapabilitySets caps = process.capabilities();
    out.u64(caps.bounding()).u64(caps.effective()).u64(caps.permitted()).u64(caps.ambient());
    out.u32(bit(process.noNewPrivs(), 1));
    out.bytes(process.filter().bytes());
    out.u32(process.rlimits().size());
    process.rlimits().forEach(l -> out.u32(l.resource()).u64(l.soft()).u64(l.hard()));
    Integer score = process.oomScoreAdj();
    out.u32(bit(score != null, 1)).u32(score == null ? 0 : score).u32(process.umask());
  }

  private void user(UserPlan user) {
    out.u32((int) user.uid()).u32((int) user.gid()).u32(user.groups().size());
    user.groups().forEach(group -> out.u32(group.intValue()));
  }

  private void texts(List<String> texts) {
    out.u32(texts.size());
    texts.forEach(out::text);
  }

  private void pairs(Map<String, String> pairs) {
    out.u32(pairs.size());
    new TreeMap<>(pairs).forEach((key, value) -> out.text(key).text(value));
  }

  private static int bit(boolean on, int bit) {
    return on ? bit : 0;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }
}
