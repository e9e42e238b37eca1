package dev.berth.spec.oci;

import com.fasterxml.jackson.databind.util.StdConverter;
import java.math.BigInteger;

/** Numbers that the specification has as uint64: -1 here is the largest of them there. */
final class Unsigned {
  private Unsigned() {}

  /** To the JSON. */
  static final class Write extends StdConverter<Long, Number> {
    @Override
    public Number convert(Long value) {
      return value >= 0 ? value : new BigInteger(Long.toUnsignedString(value));
    }
  }

  /** From the JSON; a number of more than 64 bits is none. */
  static final class Read extends StdConverter<BigInteger, Long> {
    @Override
    public Long convert(BigInteger value) {
      if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
        throw new IllegalArgumentException(value + " is no unsigned number of 64 bits");
      }
      return value.longValue();
    }
  }
}
