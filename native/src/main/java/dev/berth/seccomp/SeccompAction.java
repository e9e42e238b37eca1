package dev.berth.seccomp;

/** What happens to a call (seccomp(2), SECCOMP_RET_ values). */
public sealed interface SeccompAction {

  /** The call is made. */
  record Allow() implements SeccompAction {}

  /** The call is made and logged. */
  record Log() implements SeccompAction {}

  /** The call is not made and fails with this number. */
  record Errno(int number) implements SeccompAction {
    public Errno {
      if (number < 0 || number > 4095) {
        throw new IllegalArgumentException("errno " + number + ": must be 0 to 4095");
      }
    }
  }

  /** A tracer decides; without one the call fails with ENOSYS. */
  record Trace(int message) implements SeccompAction {
    public Trace {
      if (message < 0 || message > 65535) {
        throw new IllegalArgumentException("trace message " + message + ": must fit 16 bits");
      }
    }
  }

  /** The thread gets SIGSYS. */
  record Trap() implements SeccompAction {}

  /** The thread is killed. */
  record KillThread() implements SeccompAction {}

  /** The process is killed. */
  record KillProcess() implements SeccompAction {}

  /** The call is made. */
  static SeccompAction allow() {
    return new Allow();
  }

  /** The call fails with this number. */
  static SeccompAction errno(int number) {
    return new Errno(number);
  }

  /** The value a filter returns for it. */
  default int value() {
    return switch (this) {
      case KillProcess k -> 0x80000000;
      case KillThread k -> 0;
      case Trap t -> 0x00030000;
      case Errno e -> 0x00050000 | e.number();
      case Trace t -> 0x7ff00000 | t.message();
      case Log l -> 0x7ffc0000;
      case Allow a -> 0x7fff0000;
    };
  }

  /**
   * The action an OCI profile names.
   *
   * @param name e.g. {@code SCMP_ACT_ERRNO}
   * @param data errno or trace message, where the action takes one
   * @throws IllegalArgumentException for a name that is no action, SCMP_ACT_NOTIFY among them: it
   *     needs a listener, which is not supported
   */
  static SeccompAction of(String name, int data) {
    return switch (name) {
      case "SCMP_ACT_ALLOW" -> allow();
      case "SCMP_ACT_LOG" -> new Log();
      case "SCMP_ACT_ERRNO" -> new Errno(data);
      case "SCMP_ACT_TRACE" -> new Trace(data);
      case "SCMP_ACT_TRAP" -> new Trap();
      case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> new KillThread();
      case "SCMP_ACT_KILL_PROCESS" -> new KillProcess();
      default -> throw new IllegalArgumentException("seccomp action \"" + name + "\" is not known");
    };
  }
}
