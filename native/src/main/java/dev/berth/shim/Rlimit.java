package dev.berth.shim;

/**
 * A resource limit (setrlimit(2)).
 *
 * @param resource the kernel's number, RLIMIT_NOFILE is 7
 * @param soft all bits set means unlimited
 */
public record Rlimit(int resource, long soft, long hard) {}
