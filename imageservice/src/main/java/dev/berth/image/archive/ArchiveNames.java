package dev.berth.image.archive;

import dev.berth.fault.Fault;
import dev.berth.image.document.BoundedJson;
import dev.berth.image.document.Document;
import dev.berth.image.document.Index;
import dev.berth.image.document.JsonFields;
import dev.berth.image.reference.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The names that an archive gives its images. */
public final class ArchiveNames {
  private static final int MAX_NAMES = 1_000;

  private ArchiveNames() {}

  /**
   * All full names: the tags of a docker archive, or the reference names of an OCI layout's index
   * that say more than a tag.
   *
   * @throws Fault.InvalidArgument it gives none: the caller has to name the image
   */
  public static List<Reference> of(SpooledArchive archive) throws IOException {
    Set<Reference> names = new LinkedHashSet<>();
    for (String text : texts(archive)) {
      if (text.indexOf('/') > 0 || text.indexOf(':') > 0) {
        names.add(Reference.parse(text));
      }
    }
    if (names.isEmpty() || names.size() > MAX_NAMES) {
      throw new Fault.InvalidArgument(
          "image archive: names " + names.size() + " images, say which one is meant and its name");
    }
    return List.copyOf(names);
  }

  private static List<String> texts(SpooledArchive archive) throws IOException {
    List<String> texts = new ArrayList<>();
    if (archive.has(ArchiveSource.DOCKER)) {
      byte[] document = archive.document(ArchiveSource.DOCKER);
      for (JsonFields image :
          BoundedJson.objects(document, "image archive: " + ArchiveSource.DOCKER)) {
        texts.addAll(image.texts("RepoTags"));
      }
    }
    if (texts.isEmpty() && archive.has(ArchiveSource.INDEX)) {
      byte[] document = archive.document(ArchiveSource.INDEX);
      String what = "image archive: " + ArchiveSource.INDEX;
      if (Document.read(document, null, what) instanceof Index index) {
        index.entries().forEach(entry -> texts.add(entry.name()));
      }
    }
    return texts;
  }
}
