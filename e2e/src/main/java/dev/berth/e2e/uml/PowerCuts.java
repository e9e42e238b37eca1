package dev.berth.e2e.uml;

import dev.berth.e2e.daemon.Folders;
import dev.berth.e2e.daemon.Repository;
import dev.berth.e2e.registry.Pusher;
import dev.berth.e2e.registry.RegistryFixture;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Cuts the power of a guest again and again while its daemon pulls, removes and starts pods. After
 * each cut the disk must be without damage, every image that was answered for must be there and
 * whole, what is listed must be whole, the pods of before must be over, and new ones must start.
 *
 * <p>A cut loses what the guest's kernel had not written out; what it had written stays, in order,
 * as on a disk without a cache of its own.
 */
public final class PowerCuts {
  private static final Duration BOOT = Duration.ofMinutes(5);
  private static final int LONGEST_WORK_MILLIS = 3_000;
  private static final int EARLY = 4;

  /** Replays the file system's journal, then looks for damage without mending any. */
  private static final String GUEST =
      """
      set -e
      mount -t ext4 /dev/ubda /mnt && umount /mnt
      e2fsck -f -n /dev/ubda >/run/fsck 2>&1 || { cat /run/fsck; echo "BROKEN: damaged disk"; exit 1; }
      mount -t ext4 /dev/ubda /mnt
      mkdir -p /mnt/berth/state /run/logs
      mount -t tmpfs tmpfs /mnt/berth/state
      exec "$@"
      """;

  private final Random random;
  private final UmlGuest guest;
  private long bootMillis = 4_000;

  private PowerCuts(Path job, Path disk, long seed) {
    this.random = new Random(seed);
    this.guest = UmlGuest.in(job, BOOT).disk(disk);
  }

  /** Arguments: the number of cuts (default 50) and a seed (default: the time). */
  public static void main(String... args) throws IOException {
    int cuts = args.length > 0 ? Integer.parseInt(args[0]) : 50;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : System.currentTimeMillis();
    Optional<String> missing = UmlGuest.missing();
    if (missing.isPresent()) {
      System.err.println(missing.get());
      System.exit(3);
    }
    run(cuts, seed);
  }

  /**
   * Cuts, and looks once more at the end.
   *
   * @throws IllegalStateException what a boot found broken, with the seed and the daemon's log
   */
  public static void run(int cuts, long seed) throws IOException {
    System.out.println("power cuts: " + cuts + ", seed " + seed);
    Path job = Files.createTempDirectory("berth-cuts");
    try {
      fillRegistry(job.resolve("registry"));
      PowerCuts power = new PowerCuts(job, makeDisk(job.resolve("disk")), seed);
      for (int cut = 1; cut <= cuts; cut++) {
        power.cut(cut);
      }
      GuestResult last = power.guest.run(command(PowerCutGuest.CHECK_ONLY));
      System.out.print("after the last cut: " + last.succeeded());
    } finally {
      Folders.delete(job);
    }
  }

  /** Every fourth cut comes while the guest boots, recovers and checks. */
  private void cut(int number) throws IOException {
    boolean early = number % EARLY == 0;
    int millis = random.nextInt(early ? (int) bootMillis : LONGEST_WORK_MILLIS);
    long begun = System.nanoTime();
    UmlGuest.Running running = guest.start(command(Long.toString(random.nextLong())));
    if (!early) {
      awaitWork(running, number);
      bootMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }
    pause(millis);
    if (!running.alive()) {
      throw new IllegalStateException("cut " + number + ": " + running.await());
    }
    String said = running.cutPower();
    String seen = said.lines().filter(line -> line.startsWith("images")).findFirst().orElse("");
    System.out.printf(
        "cut %d: %d ms %s; %s%n", number, millis, early ? "after the boot began" : "of work", seen);
  }

  private static void awaitWork(UmlGuest.Running running, int number) throws IOException {
    while (!running.output().contains(PowerCutGuest.WORKING)) {
      if (!running.alive()) {
        throw new IllegalStateException("cut " + number + ": " + running.await());
      }
      pause(10);
    }
  }

  private static String[] command(String last) {
    return new String[] {
      "sh",
      "-c",
      GUEST,
      "guest",
      Repository.root().resolve("e2e/tools/java").toString(),
      PowerCutGuest.class.getName(),
      "/mnt/berth",
      "/run/job",
      last
    };
  }

  private static void fillRegistry(Path folder) throws IOException {
    try (RegistryFixture registry = RegistryFixture.open(folder);
        Pusher pusher = new Pusher(registry.base())) {
      WholeImages.push(pusher);
    }
  }

  private static Path makeDisk(Path image) throws IOException {
    try (var disk = new RandomAccessFile(image.toFile(), "rw")) {
      disk.setLength(1L << 30);
    }
    Process mkfs =
        new ProcessBuilder("/usr/sbin/mkfs.ext4", "-q", "-F", image.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (UmlGuest.await(mkfs, BOOT) != 0) {
      throw new IOException("mkfs.ext4 cannot make " + image);
    }
    return image;
  }

  private static void pause(long millis) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted between power cuts");
    }
  }
}
