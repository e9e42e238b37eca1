package dev.berth.kernel;

/** The two machine architectures Berth runs on. */
public enum Architecture {
  X86_64("amd64", 62),
  ARM64("arm64", 183);

  private static final Architecture CURRENT = of(System.getProperty("os.arch", ""));

  private final String ociName;
  private final int elfMachine;

  Architecture(String ociName, int elfMachine) {
    this.ociName = ociName;
    this.elfMachine = elfMachine;
  }

  /**
   * The architecture this process runs on.
   *
   * @throws ExceptionInInitializerError on any other architecture
   */
  public static Architecture current() {
    return CURRENT;
  }

  /** The name an image index uses for it. */
  public String ociName() {
    return ociName;
  }

  /** The machine number in the header of its executables (elf.h, EM_*). */
  public int elfMachine() {
    return elfMachine;
  }

  /** Chooses the number that holds on the current architecture. */
  static int pick(int x86, int arm) {
    return CURRENT == X86_64 ? x86 : arm;
  }

  static Architecture of(String name) {
    return switch (name) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64", "arm64" -> ARM64;
      default ->
          throw new IllegalStateException(
              "machine architecture \"" + name + "\": berth runs on x86-64 and arm64");
    };
  }
}
