package dev.berth.image.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.berth.fault.Fault;
import dev.berth.image.reference.Reference;
import dev.berth.image.registry.FetchedDocument;
import dev.berth.shim.OutsideProgram;
import dev.berth.shim.OutsidePrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The operator's programs in a folder, called as containerd calls its image verifiers: {@code
 * PROGRAM -name REFERENCE -digest DIGEST -stdin-media-type application/vnd.oci.descriptor.v1+json}
 * with the descriptor on standard input. Status 0 lets the image pass; another one, a signal, a
 * program that takes too long or says too much refuses it, with what it wrote to its standard
 * output as the reason. All have to let it pass; they are asked by name, one after the other.
 *
 * <p>Closed by default: a folder that is not there refuses every pull. One that is empty lets them
 * pass.
 */
public final class FolderVerifier implements ImageVerifier {
  /** The front of a refusal, by which the kubelet knows it (cri-api, errors.go). */
  static final String REFUSED = "SignatureValidationFailed: ";

  private static final int MOST_PROGRAMS = 16;
  private static final int MOST_OUTPUT = 16 << 10;
  private static final int MOST_SHOWN = 500;
  private static final String DESCRIPTOR_TYPE = "application/vnd.oci.descriptor.v1+json";
  private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z0-9.+/-]{1,127}");
  private static final List<String> ENVIRONMENT =
      List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

  private final Path folder;
  private final Duration limit;
  private final OutsidePrograms programs;

  /**
   * The programs of a folder.
   *
   * @param limit the longest one may take
   */
  public FolderVerifier(Path folder, Duration limit, OutsidePrograms programs) {
    this.folder = folder;
    this.limit = limit;
    this.programs = programs;
  }

  @Override
  public void verify(Reference reference, FetchedDocument target) throws IOException {
    for (Path verifier : verifiers(reference)) {
      OutsideProgram.Outcome outcome = programs.run(program(verifier, reference, target));
      if (!outcome.succeeded()) {
        throw refused(reference, target, verifier, outcome);
      }
    }
  }

  /** By name, so that the order is the operator's. */
  private List<Path> verifiers(Reference reference) throws IOException {
    try (var all = Files.list(folder)) {
      List<Path> verifiers =
          all.filter(Files::isRegularFile).filter(Files::isExecutable).sorted().toList();
      if (verifiers.size() > MOST_PROGRAMS) {
        throw new IOException(
            "verifiers in " + folder + ": more than " + MOST_PROGRAMS + " programs");
      }
      return verifiers;
    } catch (NoSuchFileException e) {
      throw new Fault.PermissionDenied(
          REFUSED + reference + ": the folder of verifiers " + folder + " is not there");
    }
  }

  private OutsideProgram program(Path verifier, Reference reference, FetchedDocument target) {
    List<String> arguments =
        List.of(
            "-name",
            reference.toString(),
            "-digest",
            target.digest().toString(),
            "-stdin-media-type",
            DESCRIPTOR_TYPE);
    return new OutsideProgram(
        verifier.toString(), arguments, ENVIRONMENT, "/", descriptor(target), limit, MOST_OUTPUT);
  }

  private static byte[] descriptor(FetchedDocument target) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType(target.mediaType()), target.digest(), target.content().length)
        .getBytes(UTF_8);
  }

  /** What the registry said is hostile text: only what needs no escapes is passed on. */
  private static String mediaType(String said) {
    return MEDIA_TYPE.matcher(said).matches() ? said : "application/octet-stream";
  }

  private Fault.PermissionDenied refused(
      Reference reference, FetchedDocument target, Path verifier, OutsideProgram.Outcome outcome) {
    return new Fault.PermissionDenied(
        "%s%s (%s): verifier %s %s%s"
            .formatted(
                REFUSED,
                reference,
                target.digest(),
                verifier.getFileName(),
                end(outcome),
                shown(outcome.output())));
  }

  private String end(OutsideProgram.Outcome outcome) {
    return switch (outcome.end()) {
      case EXIT -> "refuses it with status " + outcome.number();
      case SIGNAL -> "ended by signal " + outcome.number();
      case DEADLINE -> "did not answer within " + limit.toSeconds() + " s";
      case OUTPUT -> "wrote more than " + MOST_OUTPUT + " bytes";
      case START -> "could not be started, errno " + outcome.number();
    };
  }

  private static String shown(byte[] output) {
    StringBuilder reason = new StringBuilder();
    new String(output, UTF_8)
        .strip()
        .chars()
        .limit(MOST_SHOWN)
        .forEach(c -> reason.append(Character.isISOControl(c) ? ' ' : (char) c));
    return reason.isEmpty() ? "" : ": " + reason;
  }
}
