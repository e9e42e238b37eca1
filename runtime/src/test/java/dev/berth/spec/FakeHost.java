package dev.berth.spec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine's files, made up. Unknown paths do not exist. */
final class FakeHost implements HostFiles {
  private final Map<String, Found> files = new HashMap<>();
  private final List<HostDevice> devices = new ArrayList<>();
  private final Map<String, Spread> spreads = new HashMap<>();

  FakeHost directory(String path) {
    files.put(path, new Found(path, true));
    return this;
  }

  FakeHost file(String path) {
    files.put(path, new Found(path, false));
    return this;
  }

  FakeHost link(String path, String to) {
    files.put(path, new Found(to, true));
    return this;
  }

  FakeHost spread(String path, Spread spread) {
    spreads.put(path, spread);
    return directory(path);
  }

  FakeHost device(String path, boolean block, int major, int minor) {
    devices.add(new HostDevice(path, block, major, minor, 0660, 0, 6));
    return file(path);
  }

  @Override
  public Optional<Found> find(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public List<HostDevice> devicesBelow(String directory) {
    return devices.stream()
        .filter(d -> d.path().equals(directory) || d.path().startsWith(directory + "/"))
        .toList();
  }

  @Override
  public Spread spread(String realPath) {
    return spreads.getOrDefault(realPath, Spread.PRIVATE);
  }
}
