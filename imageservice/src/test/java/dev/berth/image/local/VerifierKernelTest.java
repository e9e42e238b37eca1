package dev.berth.image.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.berth.fault.Fault;
import dev.berth.image.layer.TarBuilder;
import dev.berth.image.reference.Digest;
import dev.berth.steps.Faults;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's programs are asked before a pull counts. */
class VerifierKernelTest {
  @TempDir Path dir;
  private FakeRegistry registry;
  private StoreFixture store;
  private final TestImage image = TestImage.of(new TarBuilder().file("a", "1"));

  @BeforeEach
  void start() throws IOException {
    assumeTrue(new UnixSystem().getUid() == 0, "unpacking needs root");
    registry = new FakeRegistry();
    registry.serve("app", "v1", image, true);
    store = new StoreFixture(dir, Faults.NONE);
    store.verifiers = Optional.of(dir.resolve("verifiers"));
    Files.createDirectory(dir.resolve("verifiers"));
    store.reopen();
    store.images.sweep();
  }

  @AfterEach
  void stop() {
    if (registry != null) {
      store.close();
      registry.close();
    }
  }

  private String name() {
    return registry.authority() + "/app:v1";
  }

  private void verifier(String name, String script) throws IOException {
    Path program = dir.resolve("verifiers").resolve(name);
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void assertRefused(String reason) throws IOException {
    assertThatThrownBy(() -> store.pull(name()))
        .isInstanceOf(Fault.PermissionDenied.class)
        .hasMessageStartingWith("SignatureValidationFailed: " + name())
        .hasMessageContaining(reason);
    assertThat(store.files()).isEmpty();
    assertThat(registry.requests).noneMatch(request -> request.contains("/blobs/"));
  }

  @Test
  void aVerifierIsToldWhichImageIsMeantAndAllAreAsked() throws IOException {
    Path said = dir.resolve("said");
    verifier("1", "{ echo \"$@\"; cat; } > " + said);
    verifier("2", "echo second >> " + said);
    Files.writeString(dir.resolve("verifiers/notes.txt"), "not a program");
    store.pull(name());
    Digest index = Digest.sha256(image.index);
    String descriptor = TestImage.descriptor(TestImage.INDEX_TYPE, index, image.index.length);
    assertThat(Files.readString(said))
        .isEqualTo(
            "-name %s -digest %s -stdin-media-type %s\n%ssecond\n"
                .formatted(name(), index, "application/vnd.oci.descriptor.v1+json", descriptor));
  }

  @Test
  void whatOneRefusesIsNotFetched() throws IOException {
    verifier("1", "exit 0");
    verifier("2", "printf 'no key\\nof ours'; exit 3");
    assertRefused("verifier 2 refuses it with status 3: no key of ours");
  }

  @Test
  void whatIsHereAlreadyIsAskedAboutAgain() throws IOException {
    store.pull(name());
    verifier("1", "exit 1");
    assertThatThrownBy(() -> store.pull(name())).isInstanceOf(Fault.PermissionDenied.class);
    assertThat(store.images.find(name())).isPresent();
  }

  @Test
  void oneThatHangsIsEndedWithAllThatItStartedAndRefuses() throws IOException {
    verifier("1", "sleep 60 & echo $! > " + dir.resolve("pid") + "; wait");
    assertRefused("did not answer within 2 s");
    assertThat(Path.of("/proc", Files.readString(dir.resolve("pid")).strip())).doesNotExist();
  }

  @Test
  void oneThatSaysTooMuchIsEndedAndRefuses() throws IOException {
    verifier("1", "yes");
    assertRefused("wrote more than 16384 bytes");
  }

  @Test
  void oneThatCannotRunOrDiesRefuses() throws IOException {
    verifier("1", "kill -9 $$");
    assertRefused("ended by signal 9");
    Path program = dir.resolve("verifiers/1");
    Files.writeString(program, "#!/no/such/shell\n");
    assertRefused("could not be started");
  }

  @Test
  void aFolderThatIsGoneRefusesAndImportsAreNotAskedAbout() throws IOException {
    Files.delete(dir.resolve("verifiers"));
    assertRefused("is not there");
    TarBuilder archive =
        new TarBuilder()
            .file("index.json", image.index)
            .file("blobs/sha256/" + image.manifestDigest().hex(), image.manifest);
    image.blobs.forEach((digest, bytes) -> archive.file("blobs/sha256/" + digest.hex(), bytes));
    var in = new ByteArrayInputStream(archive.build());
    assertThat(store.images.importArchive(in, Optional.of("app:v1"), false)).hasSize(1);
  }
}
