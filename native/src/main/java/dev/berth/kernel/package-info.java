/**
 * System calls in domain types: the only package that imports jnr.
 *
 * <p>{@link dev.berth.kernel.Kernel} hands out narrow groups of calls: {@link
 * dev.berth.kernel.FileTree} (paths), {@link dev.berth.kernel.FileIo} (open files), {@link
 * dev.berth.kernel.Mounts}, {@link dev.berth.kernel.Sockets}, {@link dev.berth.kernel.Processes}
 * and {@link dev.berth.kernel.Epoll}. Everything outside sees {@link dev.berth.kernel.Fd}, records
 * and {@link dev.berth.kernel.ErrnoException}, never a pointer or an errno left behind in a thread.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Every descriptor made here is close-on-exec.
 *   <li>Every path is relative to a descriptor ({@link dev.berth.kernel.Fd#CWD} for the daemon's
 *       own absolute paths) and holds no NUL byte; one that does fails with EINVAL.
 *   <li>A failing call throws {@code ErrnoException} with the call's name, what it was about and
 *       the errno, which is read before anything else can run on the thread.
 *   <li>EINTR is decided per call: calls that may simply be repeated are repeated inside.
 *   <li>Numbers that differ between x86-64 and arm64 are chosen when a class is loaded; no other
 *       architecture is supported.
 *   <li>Nothing native is loaded before the first call: loading takes 20 to 100 ms. jnr's native
 *       part is taken from the folder in the system property {@code jffi.boot.library.path} if that
 *       is set, and otherwise unpacked into a temporary folder, which costs time and fails where
 *       that folder is mounted noexec.
 * </ul>
 *
 * <p>Threads: every group of calls may be used from any thread at once. A call that can wait for
 * something other than the CPU refuses to run on a virtual thread ({@code IllegalStateException}),
 * since it would hold the carrier. An {@code Fd} is owned by one party at a time.
 */
@NullMarked
package dev.berth.kernel;

import org.jspecify.annotations.NullMarked;
