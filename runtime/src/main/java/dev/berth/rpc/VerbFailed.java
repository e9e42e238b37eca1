package dev.berth.rpc;

/** Carries a verb's checked exception through gRPC's interfaces to the interceptor. */
final class VerbFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Exception failure;

  VerbFailed(Exception failure) {
    super(failure);
    this.failure = failure;
  }

  /** What the verb threw. */
  Exception failure() {
    return failure;
  }
}
