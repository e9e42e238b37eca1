package dev.berth.streaming;

import dev.berth.fault.Fault;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Single-use tokens that expire: 144 random bits each, so that knowing one is having been told.
 * Safe for use by several threads.
 */
final class Tokens {
  /** How long a client has from the answer to its connection. */
  static final Duration LIFE = Duration.ofMinutes(1);

  /** Most tokens that nobody has used yet. */
  static final int MOST = 1000;

  private static final int BYTES = 18;

  private record Issued(Grant grant, long until) {}

  private final LongSupplier nanoTime;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Issued> issued = new LinkedHashMap<>();

  Tokens(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Makes a token.
   *
   * @throws Fault.ResourceExhausted when too many wait to be used
   */
  synchronized String issue(Grant grant) {
    long now = nanoTime.getAsLong();
    issued.values().removeIf(i -> i.until() - now <= 0);
    if (issued.size() >= MOST) {
      throw new Fault.ResourceExhausted(
          "make a streaming URL: " + MOST + " are waiting to be used already");
    }
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    issued.put(token, new Issued(grant, now + LIFE.toNanos()));
    return token;
  }

  /** Takes what a token stands for; empty when it is unknown, used or late. */
  synchronized Optional<Grant> redeem(String token) {
    Issued found = issued.remove(token);
    return found == null || found.until() - nanoTime.getAsLong() <= 0
        ? Optional.empty()
        : Optional.of(found.grant());
  }
}
