package dev.berth.handler;

import dev.berth.spec.PodFiles;
import dev.berth.spec.oci.OciLinux.Namespace;
import dev.berth.spec.oci.OciMount;
import dev.berth.spec.oci.OciSeccomp;
import dev.berth.spec.oci.OciSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container's spec as another OCI runtime reads it: what stands for the pod's shared memory and
 * namespaces, which Berth's own engine has by descriptor, is a place in the bundle; the cgroup is
 * named, and the system call filter is there as a profile.
 */
final class BundleSpec {
  private BundleSpec() {}

  /**
   * Makes it.
   *
   * @param cgroup path below each hierarchy's root
   */
  static OciSpec of(
      OciSpec spec, PodFiles pod, Bundle bundle, String cgroup, @Nullable OciSeccomp seccomp) {
    List<OciMount> mounts = spec.mounts().stream().map(m -> moved(m, pod, bundle)).toList();
    List<Namespace> namespaces =
        spec.linux().namespaces().stream().map(n -> held(n, bundle)).toList();
    return spec.withMounts(mounts).withLinux(spec.linux().with(namespaces, cgroup, seccomp));
  }

  private static OciMount moved(OciMount mount, PodFiles pod, Bundle bundle) {
    return mount.source().equals(pod.shm())
        ? OciMount.bind(mount.destination(), bundle.shm(), mount.options())
        : mount;
  }

  private static Namespace held(Namespace namespace, Bundle bundle) {
    return namespace.path() == null
        ? namespace
        : new Namespace(namespace.type(), bundle.namespace(namespace.type()));
  }
}
