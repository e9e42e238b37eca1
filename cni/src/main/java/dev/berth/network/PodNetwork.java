package dev.berth.network;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives pods their network and takes it away again.
 *
 * <p>The story of a pod: the shim makes the namespaces with {@link #podSysctls} set, {@link
 * #attach} makes the link and answers how, the caller persists the {@link Attachment}, the pod
 * lives, {@link #detach} answers at once and what the kernel is slow at is finished behind it. The
 * story of a daemon: {@link #recover} once with the attachments of the pods that still live, before
 * the first attach; {@link #close} at the end leaves every pod attached.
 *
 * <p>A kill -9 at any instruction leaves at most a link, an address or a rule that the next {@link
 * #recover} removes, because it belongs to no attachment it was given.
 */
public interface PodNetwork extends AutoCloseable {

  /**
   * Sysctls that the shim must set in a new network namespace before {@link #attach}, e.g. {@code
   * net.ipv6.conf.default.accept_ra=0}: whatever appears there later starts with them.
   */
  Map<String, String> podSysctls();

  /**
   * Attaches a pod. When it fails, nothing of it stays behind.
   *
   * @throws dev.berth.fault.Fault.ResourceExhausted no address is free
   * @throws dev.berth.fault.Fault.FailedPrecondition a host port is taken, or the pod range is
   * @throws dev.berth.fault.Fault.Unavailable {@link #recover} did not run yet
   * @throws dev.berth.fault.Fault.Internal the kernel refused
   */
  Attachment attach(AttachRequest request);

  /**
   * Detaches a pod: idempotent, and no error when the link or the whole namespace is gone already.
   * When it returns the pod is unreachable; its address is given out again only when its link is
   * gone.
   *
   * @throws dev.berth.fault.Fault.Internal the kernel refused; call again later
   */
  void detach(Attachment attachment);

  /** Whether a pod could be attached now, truthfully, changing nothing. */
  NetworkReadiness readiness();

  /**
   * Does ahead of time what the first attach would have to do. Optional: a daemon calls it behind
   * its start, so that the first pod does not wait.
   *
   * @throws dev.berth.fault.Fault as {@link #attach}
   */
  void prepare();

  /**
   * Learns which pods are attached and removes what belongs to none of them. To be called once,
   * before the first attach.
   *
   * @param live the attachments of all pods that are not detached yet
   */
  void recover(Collection<Attachment> live);

  /**
   * Looks whether a pod's network is still as it was made; slow, for people who debug.
   *
   * @return what is wrong, empty when nothing is or nobody can say
   */
  default Optional<String> check(Attachment attachment) {
    return Optional.empty();
  }

  /** Facts for people who debug, by name; values are JSON texts. Answered from memory. */
  default Map<String, String> facts() {
    return Map.of();
  }

  /**
   * The cluster gave the node ranges for its pods.
   *
   * @param ranges primary first
   * @throws dev.berth.fault.Fault.InvalidArgument they cannot be used
   */
  default void useRanges(List<Cidr> ranges) {}

  /** Ends the work of this daemon; pods stay attached. */
  @Override
  void close();
}
