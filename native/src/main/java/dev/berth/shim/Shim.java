package dev.berth.shim;

import dev.berth.kernel.Fd;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The line to one pod's shim. Calls may come from many platform threads at once; each waits for its
 * own answer at most as long as the shim's launcher was told, then fails as UNREACHABLE.
 *
 * <p>A call that fails left nothing behind, except UNREACHABLE: then {@link #inventory} over a new
 * line tells what is.
 */
public interface Shim extends AutoCloseable {
  /** The shim's process. */
  int pid();

  /** Whether the line to it is broken, for whatever reason; it never stands again. */
  boolean isGone();

  /** The pod the shim was started for. */
  String podId();

  /** Makes the pod's namespaces. Once a shim. */
  PodNamespaces preparePod(PodPlan plan) throws ShimFailure;

  /**
   * Names a pod whose namespaces were made before anybody asked for it: sets the hostname and the
   * sysctls of a plan that asks for the same namespaces. Before the first container only.
   *
   * @throws ShimFailure WRONG_STATE when the pod has other namespaces or containers, or the shim is
   *     of a Berth that cannot
   */
  PodNamespaces completePod(PodPlan plan) throws ShimFailure;

  /**
   * The pod's network namespace and a new netlink socket inside it, for a daemon that came back.
   *
   * @throws ShimFailure WRONG_STATE before {@link #preparePod}
   */
  PodNamespaces podNamespaces() throws ShimFailure;

  /**
   * Makes a container whose init waits for {@link #start}. Every error that the plan can cause
   * comes now, except what only exec can tell.
   *
   * @return init's pid on the machine
   */
  int create(ContainerPlan plan) throws ShimFailure;

  /**
   * Lets init run the command; returns when exec happened.
   *
   * @throws ShimFailure ENOEXEC for a file that is no program, E2BIG for too long arguments;
   *     afterwards the container is EXITED
   */
  void start(String containerId) throws ShimFailure;

  /**
   * Makes a container by another OCI runtime, whose command line is the plan's process, run in the
   * bundle that is its working directory ({@code foreign.h}). The plan's mounts, devices, hidden
   * paths and sysctls are not looked at: the runtime has them from its config.json.
   *
   * @return init's pid on the machine
   */
  int createByRuntime(ContainerPlan plan) throws ShimFailure;

  /**
   * Runs the command line of the runtime that made a container, which starts it.
   *
   * @throws ShimFailure the runtime could not; afterwards the container is EXITED
   */
  void startByRuntime(ExecPlan plan) throws ShimFailure;

  /**
   * Sends a signal.
   *
   * @param all to every process of the container's PID namespace and cgroups, not only to init
   */
  void signal(String containerId, int signal, boolean all) throws ShimFailure;

  /** Kills everything in the container. It ended when the exit listener says so. */
  void kill(String containerId) throws ShimFailure;

  /** Forgets a container that has ended; one that never started is killed. Unknown: no error. */
  void remove(String containerId) throws ShimFailure;

  /**
   * Runs one more process in a running container. The three descriptors stay the caller's. With a
   * terminal they are not used and may be null; see {@link ExecPlan#tty}.
   */
  ExecHandle exec(ExecPlan plan, @Nullable Fd stdin, @Nullable Fd stdout, @Nullable Fd stderr)
      throws ShimFailure;

  /** Kills an exec session with all that it started. Unknown or ended: no error. */
  void killExec(String containerId, String execId) throws ShimFailure;

  /**
   * Ends an exec session whose client is gone: HUP, a second later TERM, three seconds later KILL.
   * Returns at once; a line that breaks does the same to all sessions begun over it. Unknown or
   * ended: no error.
   */
  void hangUpExec(String containerId, String execId) throws ShimFailure;

  /**
   * Descriptors of a container's streams, the caller's to close. Output begins now; a reader that
   * falls a pipe's size (a MiB where the kernel lets) behind is cut off: it reads the end of file
   * although the container runs.
   *
   * @throws ShimFailure WRONG_STATE when it does not run, or when too many are attached
   */
  AttachedStreams attach(String containerId, boolean stdin, boolean stdout, boolean stderr)
      throws ShimFailure;

  /** Closes the shim's end of the container's stdin. Closed already or never open: no error. */
  void closeStdin(String containerId) throws ShimFailure;

  /**
   * TCP sockets in the pod's network namespace, not connected and not blocking: one of IPv4, and
   * one of IPv6 where the machine has it. The caller's to close.
   */
  List<Fd> tcpSockets() throws ShimFailure;

  /** Opens the container's log file anew, after somebody moved it away. */
  void reopenLog(String containerId) throws ShimFailure;

  /**
   * What became of the containers' logs, by container id.
   *
   * @throws ShimFailure also when the shim is of a version that did not count
   */
  Map<String, LogCounts> logCounts() throws ShimFailure;

  /** Everything the shim has. */
  Inventory inventory() throws ShimFailure;

  /**
   * Ends the shim, and with it the pod's namespaces.
   *
   * @param force kill containers that live; otherwise they make it fail as WRONG_STATE
   */
  void end(boolean force) throws ShimFailure;

  /** Closes the line. The shim and its containers live on. */
  @Override
  void close();
}
