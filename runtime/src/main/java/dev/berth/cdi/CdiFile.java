package dev.berth.cdi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * One spec file, in YAML or in JSON, which YAML contains.
 *
 * @param kind vendor and class of its devices
 * @param common edits of every container that uses one of them
 * @param devices the devices' own edits, by name
 */
record CdiFile(String kind, CdiEdits common, Map<String, CdiEdits> devices) {
  private static final int MAX_BYTES = 8 << 20;
  private static final int MAX_ALIASES = 50;

  /** Edits that Berth cannot make: a device with one of them is refused. */
  private static final Set<String> UNSUPPORTED = Set.of("hooks", "intelRdt", "netDevices");

  /**
   * Reads a file.
   *
   * @throws IOException it cannot be read
   * @throws IllegalArgumentException it is no such file; the message says where and why
   */
  static CdiFile read(Path file) throws IOException {
    if (Files.size(file) > MAX_BYTES) {
      throw new IllegalArgumentException("is larger than " + MAX_BYTES + " bytes");
    }
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(MAX_BYTES)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .build();
    try {
      return of(new Load(settings).loadFromString(Files.readString(file, StandardCharsets.UTF_8)));
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("is neither YAML nor JSON: " + e.getMessage(), e);
    }
  }

  private static CdiFile of(@Nullable Object document) {
    Map<?, ?> top = object("", document);
    var devices = new LinkedHashMap<String, CdiEdits>();
    for (Object each : list("devices", top.get("devices"))) {
      Map<?, ?> device = object("devices", each);
      String name = text("devices.name", device.get("name"));
      if (devices.put(name, edits(device.get("containerEdits"))) != null) {
        throw new IllegalArgumentException("device \"" + name + "\" is there twice");
      }
    }
    return new CdiFile(text("kind", top.get("kind")), edits(top.get("containerEdits")), devices);
  }

  private static CdiEdits edits(@Nullable Object value) {
    Map<?, ?> edits = value == null ? Map.of() : object("containerEdits", value);
    for (String key : UNSUPPORTED) {
      if (edits.get(key) != null && !list(key, edits.get(key)).isEmpty()) {
        throw new IllegalArgumentException("containerEdits." + key + " are not supported");
      }
    }
    return new CdiEdits(
        texts("env", edits.get("env")),
        list("deviceNodes", edits.get("deviceNodes")).stream().map(CdiFile::node).toList(),
        list("mounts", edits.get("mounts")).stream().map(CdiFile::mount).toList(),
        list("additionalGids", edits.get("additionalGids")).stream()
            .map(gid -> number("additionalGids", gid))
            .toList());
  }

  private static CdiEdits.Node node(Object value) {
    Map<?, ?> node = object("deviceNodes", value);
    String path = text("deviceNodes.path", node.get("path"));
    Object from = node.get("hostPath");
    Object permissions = node.get("permissions");
    return new CdiEdits.Node(
        path,
        from == null ? path : text("deviceNodes.hostPath", from),
        mode(node.get("fileMode")),
        optional("deviceNodes.uid", node.get("uid")),
        optional("deviceNodes.gid", node.get("gid")),
        permissions == null ? "rwm" : text("deviceNodes.permissions", permissions));
  }

  private static CdiEdits.Mount mount(Object value) {
    Map<?, ?> mount = object("mounts", value);
    return new CdiEdits.Mount(
        text("mounts.hostPath", mount.get("hostPath")),
        text("mounts.containerPath", mount.get("containerPath")),
        texts("mounts.options", mount.get("options")));
  }

  private static Map<?, ?> object(String key, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw new IllegalArgumentException(
        (key.isEmpty() ? "the file" : "\"" + key + "\"") + " is no object");
  }

  private static List<Object> list(String key, @Nullable Object value) {
    return switch (value) {
      case null -> List.of();
      case List<?> list -> new ArrayList<>(list);
      case Map<?, ?> map -> new ArrayList<>(map.values());
      default -> throw new IllegalArgumentException("\"" + key + "\" is no list");
    };
  }

  private static List<String> texts(String key, @Nullable Object value) {
    return list(key, value).stream().map(each -> text(key, each)).toList();
  }

  private static String text(String key, @Nullable Object value) {
    if (value instanceof String text && !text.isEmpty() && text.indexOf('\0') < 0) {
      return text;
    }
    throw new IllegalArgumentException("\"" + key + "\" is no text");
  }

  private static @Nullable Integer optional(String key, @Nullable Object value) {
    return value == null ? null : number(key, value);
  }

  /** Vendors write it in YAML as they would for chmod(1), which YAML itself takes for a text. */
  private static @Nullable Integer mode(@Nullable Object value) {
    return value instanceof String text && text.matches("0o?[0-7]{1,4}")
        ? Integer.valueOf(text.replace("o", ""), 8)
        : optional("deviceNodes.fileMode", value);
  }

  private static Integer number(String key, Object value) {
    if (value instanceof Integer number && number >= 0) {
      return number;
    }
    throw new IllegalArgumentException("\"" + key + "\" is no number from 0 to 2147483647");
  }
}
