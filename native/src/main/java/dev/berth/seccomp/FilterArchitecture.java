package dev.berth.seccomp;

import dev.berth.kernel.Architecture;
import java.util.List;
import java.util.Optional;

/** An architecture as filters see it (linux/audit.h). A machine may take calls of several. */
enum FilterArchitecture {
  X86_64(0xc000003e, "SCMP_ARCH_X86_64", 41),
  X86(0x40000003, "SCMP_ARCH_X86", 359),
  AARCH64(0xc00000b7, "SCMP_ARCH_AARCH64", 198),
  ARM(0x40000028, "SCMP_ARCH_ARM", 281);

  private final int token;
  private final String ociName;
  private final int socketCall;

  FilterArchitecture(int token, String ociName, int socketCall) {
    this.token = token;
    this.ociName = ociName;
    this.socketCall = socketCall;
  }

  /** The number of socket(2); libseccomp answers a number of its own for 32-bit x86. */
  int socketCall() {
    return socketCall;
  }

  int token() {
    return token;
  }

  /** Those whose calls a machine takes, its own first. */
  static List<FilterArchitecture> of(Architecture machine) {
    return switch (machine) {
      case X86_64 -> List.of(X86_64, X86);
      case ARM64 -> List.of(AARCH64, ARM);
    };
  }

  /** The one an OCI profile names; empty for those this program does not run on. */
  static Optional<FilterArchitecture> of(String ociName) {
    for (FilterArchitecture architecture : values()) {
      if (architecture.ociName.equals(ociName)) {
        return Optional.of(architecture);
      }
    }
    return Optional.empty();
  }
}
