package dev.berth.image.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.Zstd;
import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.image.reference.Digest;
import dev.berth.kernel.Fd;
import dev.berth.kernel.Kernel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackKernelTest {
  private static final Kernel KERNEL = Kernel.linux();

  @TempDir Path dir;
  private Path root;
  private Path outside;

  @BeforeEach
  void needsRoot() throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "unpacking owners and devices needs root");
    root = Files.createDirectory(dir.resolve("layer"));
    outside = Files.writeString(dir.resolve("outside"), "untouched");
  }

  private LayerUsage unpack(byte[] tar) {
    return new LayerUnpacker(KERNEL, LayerLimits.DEFAULT)
        .unpack(TarBuilder.stream(tar), TarBuilder.blob(tar, tar), root);
  }

  private void refused(byte[] tar, String why) throws IOException {
    assertThatThrownBy(() -> unpack(tar))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageStartingWith("unpacking layer of test image: ")
        .hasMessageContaining(why);
    assertOutsideUntouched();
  }

  private void assertOutsideUntouched() throws IOException {
    assertThat(Files.readString(outside)).isEqualTo("untouched");
    try (var files = Files.list(dir)) {
      assertThat(files.toList()).containsExactlyInAnyOrder(root, outside);
    }
  }

  private static int mode(Path path) throws IOException {
    return (int) Objects.requireNonNull(attributes(path).get("mode"));
  }

  private static Map<String, Object> attributes(Path path) throws IOException {
    return Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
  }

  @Test
  void ownersModesAndTimesAreKept() throws IOException {
    unpack(
        new TarBuilder()
            .mode(01777)
            .dir("tmp/")
            .mode(0755)
            .mtime(1_500_000_000)
            .dir("d")
            .mtime(1_400_000_000)
            .owner(10, 20)
            .mode(04755)
            .file("d/su", "x")
            .symlink("d/link", "/su")
            .fifo("d/pipe")
            .build());
    assertThat(mode(root.resolve("tmp")) & 07777).isEqualTo(01777);
    Map<String, Object> su = attributes(root.resolve("d/su"));
    assertThat(mode(root.resolve("d/su")) & 07777).isEqualTo(04755);
    assertThat(su).containsEntry("uid", 10).containsEntry("gid", 20);
    assertThat(attributes(root.resolve("d/link"))).containsEntry("uid", 10);
    assertThat(Files.getLastModifiedTime(root.resolve("d")).toMillis())
        .isEqualTo(1_500_000_000_000L);
    assertThat(Files.getLastModifiedTime(root.resolve("d/su")).toMillis())
        .isEqualTo(1_400_000_000_000L);
  }

  @Test
  void usageIsCounted() throws IOException {
    LayerUsage usage =
        unpack(
            new TarBuilder().file("a/b", "x").file("c", new byte[5000]).hardLink("d", "c").build());
    assertThat(usage.bytes()).isEqualTo(4096 * 5);
    assertThat(usage.inodes()).isEqualTo(4);
    assertThat(TreeUsage.of(Kernel.linux(), root)).isEqualTo(usage);
  }

  @Test
  void everyCompressionGivesTheSameLayer() throws IOException {
    byte[] tar = new TarBuilder().file("f", "content".repeat(1000)).build();
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.writeBytes(TarBuilder.gzip(Arrays.copyOf(tar, 700)));
    members.writeBytes(TarBuilder.gzip(Arrays.copyOfRange(tar, 700, tar.length)));
    int n = 0;
    for (byte[] stored :
        List.of(tar, TarBuilder.gzip(tar), members.toByteArray(), Zstd.compress(tar))) {
      Path each = Files.createDirectory(root.resolve("l" + n++));
      new LayerUnpacker(KERNEL, LayerLimits.DEFAULT)
          .unpack(TarBuilder.stream(stored), TarBuilder.blob(stored, tar), each);
      assertThat(each.resolve("f")).hasContent("content".repeat(1000));
    }
  }

  @Test
  void whiteoutsBecomeOverlayMarks() throws IOException {
    unpack(
        new TarBuilder()
            .file(".wh.gone", "")
            .dir("d")
            .file("d/.wh..wh..opq", "")
            .file("d/kept", "x")
            .file("sub/.wh.x", "")
            .file(".wh.again", "")
            .dir("again")
            .file("again/new", "y")
            .file("shadow", "z")
            .file(".wh.shadow", "")
            .file(".wh..wh.plnk", "")
            .build());
    for (String whiteout : List.of("gone", "sub/x")) {
      Map<String, Object> node = attributes(root.resolve(whiteout));
      assertThat(mode(root.resolve(whiteout)) & 0170000).isEqualTo(0020000);
      assertThat(node).containsEntry("rdev", 0L);
    }
    assertThat(opaque("d")).isTrue();
    assertThat(opaque("again")).isTrue();
    assertThat(opaque("sub")).isFalse();
    assertThat(root.resolve("shadow")).hasContent("z");
    assertThat(root.resolve(".wh..wh.plnk")).doesNotExist();
  }

  private boolean opaque(String path) throws IOException {
    return KERNEL
        .tree()
        .getxattr(root.resolve(path).toString().getBytes(UTF_8), "trusted.overlay.opaque")
        .isPresent();
  }

  @Test
  void attributesOfTheFileAreKeptAndThoseOfTheNodeAreNot() throws IOException {
    String capability = "\1\0\0\2\0\40\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    unpack(
        new TarBuilder()
            .pax(
                "SCHILY.xattr.security.capability", capability,
                "SCHILY.xattr.trusted.overlay.redirect", "/etc",
                "SCHILY.xattr.security.selinux", "system_u:x")
            .file("ping", "x")
            .build());
    byte[] ping = root.resolve("ping").toString().getBytes(UTF_8);
    assertThat(KERNEL.tree().getxattr(ping, "security.capability").orElseThrow()).hasSize(20);
    assertThat(KERNEL.tree().getxattr(ping, "trusted.overlay.redirect")).isEmpty();
  }

  @Test
  void longAndOddNamesAreKept() throws IOException {
    String longName = "n/".repeat(60) + "x".repeat(200);
    unpack(
        new TarBuilder()
            .extension('L', (longName + "\0").getBytes(UTF_8))
            .file("short", "gnu")
            .pax("path", "pax/" + "y".repeat(250), "mtime", "1234567890.5")
            .file("ignored", "pax")
            .extension('g', "30 comment=for all that comes\n".getBytes(UTF_8))
            .file("\u00ff\u00fe", "bytes")
            .build());
    assertThat(root.resolve(longName)).hasContent("gnu");
    Path pax = root.resolve("pax/" + "y".repeat(250));
    assertThat(pax).hasContent("pax");
    assertThat(Files.getLastModifiedTime(pax).toMillis()).isEqualTo(1234567890500L);
    assertThat(KERNEL.tree().list(open(root))).anyMatch(e -> e.nameBytes()[0] == (byte) 0xff);
  }

  private static Fd open(Path path) throws IOException {
    return KERNEL.tree().open(Fd.CWD, path.toString(), 0, 0);
  }

  @Test
  void pathsThatLeaveTheLayerAreRefused() throws IOException {
    refused(new TarBuilder().file("../outside", "bad").build(), "\"../outside\"");
    refused(new TarBuilder().file("a/../../outside", "bad").build(), "..");
    refused(new TarBuilder().hardLink("a", "../outside").build(), "..");
    refused(new TarBuilder().file(".wh...", "bad").build(), "..");
  }

  @Test
  void absolutePathsLandInTheLayer() throws IOException {
    unpack(new TarBuilder().file("/etc/passwd", "mine").file("//x//./y", "z").build());
    assertThat(root.resolve("etc/passwd")).hasContent("mine");
    assertThat(root.resolve("x/y")).hasContent("z");
    assertOutsideUntouched();
  }

  @Test
  void nothingIsWrittenThroughALink() throws IOException {
    unpack(
        new TarBuilder()
            .symlink("up", "../..")
            .symlink("abs", dir.toString())
            .symlink("f", outside.toString())
            .file("f", "replaces the link")
            .file("up/outside", "in the root")
            .build());
    assertThat(root.resolve("f")).hasContent("replaces the link");
    assertThat(root.resolve("outside")).hasContent("in the root");
    assertOutsideUntouched();
    refused(
        new TarBuilder().symlink("l", dir.toString()).file("l/outside", "bad").build(),
        "l/outside");
    refused(
        new TarBuilder()
            .symlink("hl", outside.toString())
            .hardLink("copy", "hl/../outside")
            .build(),
        "..");
  }

  @Test
  void aHardLinkToALinkIsTheLink() throws IOException {
    unpack(
        new TarBuilder()
            .symlink("s", outside.toString())
            .hardLink("h", "s")
            .mode(0666)
            .file("h2", "x")
            .hardLink("h2", "h2")
            .build());
    assertThat(Files.isSymbolicLink(root.resolve("h"))).isTrue();
    assertThat(root.resolve("h2")).hasContent("x");
    assertOutsideUntouched();
    refused(new TarBuilder().hardLink("a", outside.toString()).build(), "ENOENT");
    refused(new TarBuilder().dir("d").hardLink("a", "d").build(), "\"a\"");
    refused(new TarBuilder().hardLink("a", "/").build(), "directory");
  }

  @Test
  void theRootStaysADirectory() throws IOException {
    refused(new TarBuilder().symlink(".", dir.toString()).file("outside", "bad").build(), "root");
    refused(new TarBuilder().symlink("./", "/").build(), "root");
    refused(new TarBuilder().file("/", "x").build(), "root");
    unpack(new TarBuilder().mode(0751).owner(5, 6).dir("./").file("./a", "b").build());
    assertThat(mode(root) & 07777).isEqualTo(0751);
    assertThat(attributes(root)).containsEntry("uid", 5);
  }

  @Test
  void devicesAreNodesOfTheLayer() throws IOException {
    unpack(new TarBuilder().mode(0620).device("null", '3', 1, 3).device("sda", '4', 8, 0).build());
    assertThat(mode(root.resolve("null"))).isEqualTo(0020620);
    assertThat(attributes(root.resolve("sda"))).containsEntry("rdev", 0x800L);
  }

  @Test
  void entriesReplaceEachOther() throws IOException {
    unpack(
        new TarBuilder()
            .file("a", "file")
            .mode(0755)
            .dir("a")
            .file("a/b", "1")
            .file("a/b", "2")
            .dir("c")
            .file("c/d/e", "x")
            .symlink("c", "a")
            .file("c/via", "y")
            .build());
    assertThat(root.resolve("a/b")).hasContent("2");
    assertThat(root.resolve("a/via")).hasContent("y");
    assertThat(Files.isSymbolicLink(root.resolve("c"))).isTrue();
    refused(new TarBuilder().file("x", "1").file("x/y", "2").build(), "ENOTDIR");
  }

  @Test
  void absurdSizesAndHeadersAreRefused() throws IOException {
    String big = TarBuilder.octal(0, 12);
    refused(new TarBuilder().header("n", '0', "", "-0000000001\0").open(), "size");
    refused(new TarBuilder().header("n", '0', "", "\u00ff".repeat(12)).open(), "-1 bytes");
    refused(
        new TarBuilder().header("n", '0', "", "\u0080" + "\u00ff".repeat(11)).open(), "64 bits");
    refused(new TarBuilder().header("n", '0', "", "77777777777\0").open(), "ends inside");
    refused(new TarBuilder().header("n", 'x', "", "77777777777\0").open(), "extended header");
    refused(new TarBuilder().header("n", 'L', "", "00000100000\0").open(), "extended header");
    refused(new TarBuilder().pax("size", "-5").file("a", "b").build(), "-5");
    refused(new TarBuilder().pax("GNU.sparse.major", "1").file("a", "b").build(), "sparse");
    refused(new TarBuilder().header("n", 'S', "", big).build(), "sparse");
    refused(new TarBuilder().header("n", 'M', "", big).build(), "not supported");
    refused(new TarBuilder().extension('x', "9 a=b\n".getBytes(UTF_8)).build(), "length");
    refused(new TarBuilder().extension('x', "99999999 a=b\n".getBytes(UTF_8)).build(), "length");
    refused(new TarBuilder().pax("path", "a\0b").file("a", "b").build(), "NUL");
    refused(new TarBuilder().pax("uid", "4294967295").file("a", "b").build(), "uid");
    refused(new TarBuilder().pax("gid", "-1").file("a", "b").build(), "gid");
    refused(new TarBuilder().pax("path", "x".repeat(300)).file("a", "b").build(), "ENAMETOOLONG");
    refused(new TarBuilder().pax("path", "x/".repeat(2100)).file("a", "b").build(), "4200 bytes");
  }

  @Test
  void notATarIsRefusedAndATruncatedOneToo() throws IOException {
    refused("not a tar at all".repeat(100).getBytes(UTF_8), "not a tar");
    byte[] tar = new TarBuilder().file("a", "b".repeat(2000)).build();
    refused(Arrays.copyOf(tar, 1000), "ends inside");
    refused(Arrays.copyOf(tar, 300), "ends inside");
  }

  @Test
  void boundsHold() {
    byte[] tar = new TarBuilder().file("a", "1").file("b", "2").file("c", "3").build();
    assertThatThrownBy(
            () ->
                new LayerUnpacker(KERNEL, new LayerLimits(1 << 20, 2))
                    .unpack(TarBuilder.stream(tar), TarBuilder.blob(tar, tar), root))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("2 entries");
    byte[] bomb = new TarBuilder().file("zero", new byte[1 << 20]).build();
    byte[] stored = TarBuilder.gzip(bomb);
    assertThatThrownBy(
            () ->
                new LayerUnpacker(KERNEL, new LayerLimits(1 << 19, 100))
                    .unpack(TarBuilder.stream(stored), TarBuilder.blob(stored, bomb), root))
        .isInstanceOf(Fault.InvalidArgument.class)
        .hasMessageContaining("longer than");
  }

  @Test
  void liesAboutDigestsAreDataLoss() {
    byte[] tar = new TarBuilder().file("a", "1").build();
    byte[] other = new TarBuilder().file("a", "2").build();
    byte[] stored = TarBuilder.gzip(tar);
    LayerUnpacker unpacker = new LayerUnpacker(KERNEL, LayerLimits.DEFAULT);
    LayerBlob honest = TarBuilder.blob(stored, tar);
    var wrongBlob =
        new LayerBlob(Digest.sha256(other), stored.length, honest.diffId(), honest.what());
    var wrongSize =
        new LayerBlob(honest.digest(), stored.length + 1, honest.diffId(), honest.what());
    var shorter = new LayerBlob(honest.digest(), stored.length - 1, honest.diffId(), honest.what());
    var wrongDiff =
        new LayerBlob(honest.digest(), stored.length, Digest.sha256(other), honest.what());
    for (LayerBlob lie : List.of(wrongBlob, wrongSize, shorter, wrongDiff)) {
      assertThatThrownBy(() -> unpacker.unpack(TarBuilder.stream(stored), lie, root))
          .isInstanceOf(Fault.DataLoss.class)
          .hasMessageContaining("digest mismatch");
    }
    byte[] garbled = stored.clone();
    garbled[stored.length / 2] ^= 0x55;
    assertThatThrownBy(() -> unpacker.unpack(TarBuilder.stream(garbled), honest, root))
        .isInstanceOf(Fault.DataLoss.class);
  }

  @Test
  void deepAndWideTreesAreRemoved() throws IOException {
    TarBuilder tar = new TarBuilder().mode(0);
    String deep = "d/".repeat(900);
    tar.extension('L', (deep + "f\0").getBytes(UTF_8)).file("x", "y");
    tar.extension('K', (deep + "\0").getBytes(UTF_8)).symlink("s", "x");
    tar.extension('L', ("s/" + "e/".repeat(900) + "f\0").getBytes(UTF_8)).file("x", "y");
    for (int i = 0; i < 500; i++) {
      tar.file("w/" + i, "");
    }
    unpack(tar.build());
    new TreeRemoval(KERNEL).remove(root);
    assertThat(root).doesNotExist();
    new TreeRemoval(KERNEL).remove(root);
  }
}
