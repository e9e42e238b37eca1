package dev.berth.seccomp;

/**
 * A comparison of a call's argument. The whole 64-bit register is compared, also where the kernel
 * looks at its lower half only.
 *
 * @param argument 0 to 5
 * @param operator how
 * @param value compared with; the mask for MASKED_EQUAL
 * @param second what the masked argument must be, for MASKED_EQUAL
 */
public record SeccompCondition(int argument, Operator operator, long value, long second) {

  /** Comparisons of seccomp_rule_add(3), unsigned. */
  public enum Operator {
    NOT_EQUAL(1, "SCMP_CMP_NE"),
    LESS(2, "SCMP_CMP_LT"),
    LESS_OR_EQUAL(3, "SCMP_CMP_LE"),
    EQUAL(4, "SCMP_CMP_EQ"),
    GREATER_OR_EQUAL(5, "SCMP_CMP_GE"),
    GREATER(6, "SCMP_CMP_GT"),
    MASKED_EQUAL(7, "SCMP_CMP_MASKED_EQ");

    private final int number;
    private final String ociName;

    Operator(int number, String ociName) {
      this.number = number;
      this.ociName = ociName;
    }

    int number() {
      return number;
    }

    /** Its name in an OCI profile. */
    public String ociName() {
      return ociName;
    }

    /**
     * The operator an OCI profile names.
     *
     * @throws IllegalArgumentException for a name that is no operator
     */
    public static Operator of(String ociName) {
      for (Operator operator : values()) {
        if (operator.ociName.equals(ociName)) {
          return operator;
        }
      }
      throw new IllegalArgumentException("seccomp operator \"" + ociName + "\" is not known");
    }
  }

  public SeccompCondition {
    if (argument < 0 || argument > 5) {
      throw new IllegalArgumentException("argument " + argument + ": calls have 0 to 5");
    }
  }

  /** The lower half of an argument, which is what the kernel sees of an int, is this. */
  static SeccompCondition low(int argument, int value) {
    return new SeccompCondition(
        argument, Operator.MASKED_EQUAL, 0xffffffffL, Integer.toUnsignedLong(value));
  }
}
