package dev.berth.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.berth.fault.Fault;
import dev.berth.image.document.BoundedJson;
import dev.berth.image.document.ConfigDocument;
import dev.berth.image.document.Document;
import dev.berth.image.layer.FuzzedTar;
import dev.berth.image.reference.Reference;
import dev.berth.image.registry.FuzzedRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that comes from outside, broken at random: a refusal in the right words or a value,
 * never another exception. The same inputs every time, so that a red run can be repeated; {@code
 * -Dberth.fuzz.rounds=N} makes it longer, {@code -Dberth.fuzz.seed=N} other.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FuzzTest {
  private static final int ROUNDS = Integer.getInteger("berth.fuzz.rounds", 5_000);
  private static final long SEED = Long.getLong("berth.fuzz.seed", 1);

  @TempDir Path dir;

  @FunctionalInterface
  private interface Target {
    void take(byte[] input) throws IOException;
  }

  private static void fuzz(int rounds, List<String> seeds, Target target) {
    Random random = new Random(SEED);
    for (int round = 0; round < rounds; round++) {
      byte[] input = broken(seeds.get(random.nextInt(seeds.size())).getBytes(UTF_8), random);
      try {
        target.take(input);
      } catch (Fault.InvalidArgument | Fault.FailedPrecondition | Fault.NotFound expected) {
        assertThat(expected.getMessage()).isNotBlank().hasSizeLessThan(20_000);
      } catch (IOException expected) {
        assertThat(expected).isNotNull();
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError(
            "seed " + SEED + ", round " + round + ": \"" + new String(input, ISO_8859_1) + "\"", e);
      }
    }
  }

  /** Bits flipped, pieces cut, doubled and put elsewhere, odd bytes put in. */
  static byte[] broken(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    for (int i = random.nextInt(6); i >= 0 && bytes.length > 0; i--) {
      int at = random.nextInt(bytes.length);
      int length = random.nextInt(Math.min(40, bytes.length - at) + 1);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes = joined(bytes, at, new byte[0], at + length);
        case 2 -> bytes = joined(bytes, at, Arrays.copyOfRange(bytes, at, at + length), at);
        case 3 ->
            bytes = joined(bytes, at, ODD.get(random.nextInt(ODD.size())).getBytes(UTF_8), at);
        default -> bytes = Arrays.copyOf(bytes, at);
      }
    }
    return bytes;
  }

  private static final List<String> ODD =
      List.of(
          "\0", "\n", "\"", "{", "[[", "-1", "99999999999999999999", "@", ":", "/", "é", "\\u0000");

  private static byte[] joined(byte[] bytes, int head, byte[] middle, int tail) {
    byte[] all = new byte[head + middle.length + bytes.length - tail];
    System.arraycopy(bytes, 0, all, 0, head);
    System.arraycopy(middle, 0, all, head, middle.length);
    System.arraycopy(bytes, tail, all, head + middle.length, bytes.length - tail);
    return all;
  }

  @Test
  void references() {
    fuzz(
        ROUNDS,
        List.of("busybox", "r.example:5000/a/b-c:1.0", "a@sha256:" + "0".repeat(64), "[::1]:5/x:y"),
        input -> {
          Reference once = Reference.parse(new String(input, UTF_8));
          assertThat(Reference.parse(once.toString())).isEqualTo(once);
        });
  }

  @Test
  void documents() {
    String layer =
        "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"size\":5,\"digest\":"
            + "\"sha256:"
            + "1".repeat(64)
            + "\"}";
    List<String> seeds =
        List.of(
            "{\"schemaVersion\":2,\"config\":" + layer + ",\"layers\":[" + layer + "]}",
            "{\"schemaVersion\":2,\"manifests\":["
                + layer.replaceFirst("}$", ",\"platform\":{\"os\":\"linux\"}}")
                + "]}",
            "{\"os\":\"linux\",\"config\":{\"Env\":[\"A=b\"],\"Labels\":{\"a\":\"b\"}},\"rootfs\":"
                + "{\"type\":\"layers\",\"diff_ids\":[\"sha256:"
                + "2".repeat(64)
                + "\"]}}");
    fuzz(
        ROUNDS,
        seeds,
        input -> {
          BoundedJson.object(input, "fuzz");
          try {
            Document.read(input, null, "fuzz");
          } catch (Fault.InvalidArgument e) {
            ConfigDocument.read(input, "fuzz");
          }
        });
  }

  @Test
  void authHeaders() {
    fuzz(
        ROUNDS,
        List.of(
            "Bearer realm=\"https://a.example/token\",service=\"s\",scope=\"repository:a:pull\"",
            "Basic realm=x, Bearer realm=\"y\\\"z\"",
            "Negotiate abc==, Digest qop=\"auth,auth-int\""),
        input -> FuzzedRegistry.challenge(new String(input, UTF_8)));
  }

  @Test
  void hostsFiles() throws IOException {
    Path file = Files.createDirectories(dir.resolve("r.example")).resolve("hosts.toml");
    fuzz(
        ROUNDS / 5,
        List.of(
            """
            server = "https://r.example"
            ca = ["a"]
            client = [["c", "k"]]
            """,
            """
            [host."http://m:5000/p"]
            capabilities = ["pull"]
            override_path = true
            dial_timeout = "5s"
            [host."http://m:5000/p".header]
            x = ["a", "b"]
            """),
        input -> {
          Files.write(file, input);
          FuzzedRegistry.hosts(dir);
        });
  }

  @Test
  void tars() {
    fuzz(ROUNDS / 5, FuzzedTar.SEEDS, input -> FuzzedTar.read(input));
  }
}
