package dev.berth.shim;

import java.util.List;
import java.util.Set;

/**
 * One mount of a container. Mounts are made in the order given. A missing target is made inside the
 * root; symbolic links in a target are resolved inside the root and never lead out of it.
 */
public sealed interface MountOp {
  /** Absolute path in the container. */
  String target();

  /** Properties of the mount itself. */
  Set<MountFlag> flags();

  /**
   * A file or directory of the machine.
   *
   * @param source absolute path on the machine; missing → {@link ShimFailure.Kind#BAD_REQUEST}
   * @param recursive whether mounts below the source come too
   * @param recursiveReadonly whether all of those become read-only; the kernel refuses what cannot
   * @param mapped whether its files show with the ids of the pod's user namespace, which there must
   *     be; a file system that cannot → {@link ShimFailure.Kind#BAD_REQUEST}
   */
  record Bind(
      String source,
      String target,
      Set<MountFlag> flags,
      boolean recursive,
      boolean recursiveReadonly,
      Propagation propagation,
      boolean mapped)
      implements MountOp {
    public Bind {
      flags = Set.copyOf(flags);
    }

    /** With the machine's ids. */
    public Bind(
        String source,
        String target,
        Set<MountFlag> flags,
        boolean recursive,
        boolean recursiveReadonly,
        Propagation propagation) {
      this(source, target, flags, recursive, recursiveReadonly, propagation, false);
    }
  }

  /**
   * An image, read-only whatever the flags say.
   *
   * @param layers absolute paths of its layers, topmost first, at least one
   * @param part the directory or file of it that is mounted, absolute as the image sees it; {@code
   *     ""} for all of it. Links in it lead nowhere out of the image; one that is not there →
   *     {@link ShimFailure.Kind#BAD_REQUEST}
   */
  record Image(String target, Set<MountFlag> flags, List<String> layers, String part)
      implements MountOp {
    public Image {
      flags = Set.copyOf(flags);
      layers = List.copyOf(layers);
      if (layers.isEmpty()) {
        throw new IllegalArgumentException("an image mount needs at least one layer");
      }
    }
  }

  /**
   * An empty file system in memory.
   *
   * @param sizeBytes its limit; 0 leaves the kernel's default
   * @param mode permissions of its root
   */
  record Tmpfs(String target, Set<MountFlag> flags, long sizeBytes, int mode) implements MountOp {
    public Tmpfs {
      flags = Set.copyOf(flags);
    }
  }

  /** The processes of the container's PID namespace. */
  record Proc(String target, Set<MountFlag> flags) implements MountOp {
    public Proc {
      flags = Set.copyOf(flags);
    }
  }

  /** The devices as the container's network namespace sees them. */
  record Sysfs(String target, Set<MountFlag> flags) implements MountOp {
    public Sysfs {
      flags = Set.copyOf(flags);
    }
  }

  /** The POSIX message queues of the container's IPC namespace. */
  record Mqueue(String target, Set<MountFlag> flags) implements MountOp {
    public Mqueue {
      flags = Set.copyOf(flags);
    }
  }

  /** Terminals of the container's own: newinstance, ptmxmode 0666, mode 0620, gid 5. */
  record Devpts(String target, Set<MountFlag> flags) implements MountOp {
    public Devpts {
      flags = Set.copyOf(flags);
    }
  }

  /**
   * The container's cgroups: on v2 the tree below its own (or the machine's with a HOST cgroup
   * namespace); on v1 and hybrid one bind mount a hierarchy of its own directory.
   */
  record Cgroup(String target, Set<MountFlag> flags) implements MountOp {
    public Cgroup {
      flags = Set.copyOf(flags);
    }
  }

  /** The pod's one {@code /dev/shm}; the machine's where the pod uses the machine's IPC. */
  record PodShm(String target, Set<MountFlag> flags) implements MountOp {
    public PodShm {
      flags = Set.copyOf(flags);
    }
  }
}
