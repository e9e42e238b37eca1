package dev.berth.cdi;

import dev.berth.fault.Fault;
import dev.berth.spec.HostFiles;
import dev.berth.spec.oci.OciSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The devices that the machine's spec files define. */
public final class CdiDevices {
  private final CdiFolders folders;
  private final HostFiles host;

  /**
   * Over folders of spec files, which need not exist.
   *
   * @param folders the later ones win
   */
  public CdiDevices(List<Path> folders, HostFiles host) {
    this.folders = new CdiFolders(folders);
    this.host = host;
  }

  /**
   * The spec with what the devices ask for.
   *
   * @throws Fault.InvalidArgument a device is not defined, or not by one file alone, or asks for
   *     what cannot be done; the message names it
   * @throws Fault.Internal a folder cannot be read
   */
  public OciSpec inject(OciSpec spec, List<CdiName> names) {
    if (names.isEmpty()) {
      return spec;
    }
    List<CdiFolders.Found> files = files();
    var edit = new CdiInjection(spec, host);
    Set<CdiFile> used = new LinkedHashSet<>();
    for (CdiName name : names) {
      CdiFile file = definition(files, name);
      if (used.add(file)) {
        edit.apply(name, file.common());
      }
      edit.apply(name, Objects.requireNonNull(file.devices().get(name.device())));
    }
    return edit.result();
  }

  private List<CdiFolders.Found> files() {
    try {
      return folders.files();
    } catch (IOException e) {
      throw new Fault.Internal("read the CDI spec files: " + e.getMessage(), e);
    }
  }

  /** The one file of the last folder that has it. */
  private static CdiFile definition(List<CdiFolders.Found> files, CdiName name) {
    List<CdiFile> best = new ArrayList<>();
    var bad = new ArrayList<String>();
    int folder = -1;
    for (CdiFolders.Found found : files) {
      switch (found.content()) {
        case CdiFolders.Content.Bad(String why) -> bad.add(found.path() + " " + why);
        case CdiFolders.Content.Good(CdiFile file) -> {
          if (file.kind().equals(name.kind()) && file.devices().containsKey(name.device())) {
            if (found.folder() > folder) {
              best.clear();
              folder = found.folder();
            }
            best.add(file);
          }
        }
      }
    }
    if (best.size() == 1) {
      return best.getFirst();
    }
    String why = best.isEmpty() ? "no spec file defines it" : "more than one file defines it";
    throw Fault.InvalidArgument.of(
        "CDI device", name, bad.isEmpty() ? why : why + "; not usable: " + String.join("; ", bad));
  }
}
