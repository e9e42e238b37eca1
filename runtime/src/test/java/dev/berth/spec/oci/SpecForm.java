package dev.berth.spec.oci;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What the OCI runtime specification (1.2, config.md and config-linux.md) says of the parts of a
 * config.json that Berth writes: every key, its type and its range. A key that is not listed is a
 * mistake, and so is a required one that is missing.
 */
public final class SpecForm {
  private static final BigInteger UINT32 = BigInteger.TWO.pow(32).subtract(BigInteger.ONE);
  private static final BigInteger UINT64 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final BigInteger INT64 = BigInteger.valueOf(Long.MAX_VALUE);

  private static final Form TEXT = simple("text", JsonNode::isTextual);
  private static final Form FLAG = simple("true or false", JsonNode::isBoolean);
  private static final Form UNSIGNED_32 = number(BigInteger.ZERO, UINT32);
  private static final Form UNSIGNED_64 = number(BigInteger.ZERO, UINT64);
  private static final Form SIGNED_64 = number(INT64.negate().subtract(BigInteger.ONE), INT64);
  private static final Form ABSOLUTE = text("/.*");
  private static final Form TEXTS = list(TEXT);
  private static final Form TEXT_MAP = new Table(TEXT);
  private static final Form ACTION =
      text("SCMP_ACT_(KILL|KILL_PROCESS|KILL_THREAD|TRAP|ERRNO|TRACE|ALLOW|LOG|NOTIFY)");

  private static final Form USER =
      object(Set.of("uid", "gid"))
          .with("uid", UNSIGNED_32)
          .with("gid", UNSIGNED_32)
          .with("umask", UNSIGNED_32)
          .with("additionalGids", list(UNSIGNED_32));

  private static final Form CAPABILITY_NAMES = list(text("CAP_[A-Z_]+"));

  private static final Form CAPABILITIES =
      object(Set.of())
          .with("bounding", CAPABILITY_NAMES)
          .with("effective", CAPABILITY_NAMES)
          .with("inheritable", CAPABILITY_NAMES)
          .with("permitted", CAPABILITY_NAMES)
          .with("ambient", CAPABILITY_NAMES);

  /** A process.json. */
  public static final Form PROCESS =
      object(Set.of("cwd", "args"))
          .with("terminal", FLAG)
          .with("user", USER)
          .with("args", list(TEXT, 1))
          .with("env", list(text("(?s)[^=]+=.*")))
          .with("cwd", ABSOLUTE)
          .with("capabilities", CAPABILITIES)
          .with(
              "rlimits",
              list(
                  object(Set.of("type", "soft", "hard"))
                      .with("type", text("RLIMIT_[A-Z]+"))
                      .with("soft", UNSIGNED_64)
                      .with("hard", UNSIGNED_64)))
          .with("noNewPrivileges", FLAG)
          .with("apparmorProfile", TEXT)
          .with("oomScoreAdj", number(BigInteger.valueOf(-1000), BigInteger.valueOf(1000)))
          .with("selinuxLabel", TEXT);

  private static final Form MOUNT =
      object(Set.of("destination"))
          .with("destination", ABSOLUTE)
          .with("type", TEXT)
          .with("source", TEXT)
          .with("options", TEXTS);

  private static final Form NAMESPACE =
      object(Set.of("type"))
          .with("type", text("pid|network|mount|ipc|uts|user|cgroup|time"))
          .with("path", ABSOLUTE);

  private static final Form DEVICE =
      object(Set.of("type", "path"))
          .with("path", ABSOLUTE)
          .with("type", text("[cbup]"))
          .with("major", SIGNED_64)
          .with("minor", SIGNED_64)
          .with("fileMode", number(BigInteger.ZERO, BigInteger.valueOf(512)))
          .with("uid", UNSIGNED_32)
          .with("gid", UNSIGNED_32);

  private static final Form DEVICE_RULE =
      object(Set.of("allow"))
          .with("allow", FLAG)
          .with("type", text("[acb]"))
          .with("major", SIGNED_64)
          .with("minor", SIGNED_64)
          .with("access", text("[rwm]{1,3}"));

  private static final Form RESOURCES =
      object(Set.of())
          .with("devices", list(DEVICE_RULE))
          .with("memory", object(Set.of()).with("limit", SIGNED_64).with("swap", SIGNED_64))
          .with(
              "cpu",
              object(Set.of())
                  .with("shares", UNSIGNED_64)
                  .with("quota", SIGNED_64)
                  .with("period", UNSIGNED_64)
                  .with("cpus", TEXT)
                  .with("mems", TEXT))
          .with("pids", object(Set.of("limit")).with("limit", SIGNED_64))
          .with(
              "hugepageLimits",
              list(
                  object(Set.of("pageSize", "limit"))
                      .with("pageSize", text("[1-9][0-9]*[KMG]B"))
                      .with("limit", UNSIGNED_64)))
          .with("unified", TEXT_MAP);

  /** A system call filter. */
  public static final Form SECCOMP =
      object(Set.of("defaultAction"))
          .with("defaultAction", ACTION)
          .with("defaultErrnoRet", UNSIGNED_32)
          .with("architectures", list(text("SCMP_ARCH_[A-Z0-9_]+")))
          .with("flags", list(text("SECCOMP_FILTER_FLAG_[A-Z_]+")))
          .with("listenerPath", TEXT)
          .with(
              "syscalls",
              list(
                  object(Set.of("names", "action"))
                      .with("names", list(text("[a-z0-9_]+"), 1))
                      .with("action", ACTION)
                      .with("errnoRet", UNSIGNED_32)
                      .with(
                          "args",
                          list(
                              object(Set.of("index", "value", "op"))
                                  .with("index", UNSIGNED_32)
                                  .with("value", UNSIGNED_64)
                                  .with("valueTwo", UNSIGNED_64)
                                  .with("op", text("SCMP_CMP_(NE|LT|LE|EQ|GE|GT|MASKED_EQ)"))))));

  private static final Form LINUX =
      object(Set.of())
          .with("namespaces", list(NAMESPACE))
          .with("devices", list(DEVICE))
          .with("cgroupsPath", TEXT)
          .with("resources", RESOURCES)
          .with("seccomp", SECCOMP)
          .with("sysctl", TEXT_MAP)
          // The specification has these words without their r. Runtimes read both, and only with
          // it are mounts below the root meant as well.
          .with("rootfsPropagation", text("r?(shared|slave|private)"))
          .with("maskedPaths", list(ABSOLUTE))
          .with("readonlyPaths", list(ABSOLUTE));

  /** A config.json. */
  public static final Form CONFIG =
      object(Set.of("ociVersion", "root", "process"))
          .with("ociVersion", text("\\d+\\.\\d+\\.\\d+"))
          .with("process", PROCESS)
          .with("root", object(Set.of("path")).with("path", TEXT).with("readonly", FLAG))
          .with("hostname", TEXT)
          .with("mounts", list(MOUNT))
          .with("annotations", TEXT_MAP)
          .with("linux", LINUX);

  /** What is wrong with a document, a line each. */
  public static List<String> wrong(Form form, JsonNode document) {
    var wrong = new ArrayList<String>();
    form.check("", document, wrong);
    return wrong;
  }

  /** What a value may be. */
  public sealed interface Form {
    void check(String path, JsonNode value, List<String> wrong);
  }

  private record Simple(String expected, Predicate<JsonNode> test) implements Form {
    @Override
    public void check(String path, JsonNode value, List<String> wrong) {
      if (!test.test(value)) {
        wrong.add(path + " = " + value + ": expected " + expected);
      }
    }
  }

  private record Items(Form each, int least) implements Form {
    @Override
    public void check(String path, JsonNode value, List<String> wrong) {
      if (!value.isArray() || value.size() < least) {
        wrong.add(path + " = " + value + ": expected a list of at least " + least);
      }
      for (int i = 0; i < value.size(); i++) {
        each.check(path + "[" + i + "]", value.path(i), wrong);
      }
    }
  }

  private record Table(Form each) implements Form {
    @Override
    public void check(String path, JsonNode value, List<String> wrong) {
      value.properties().forEach(e -> each.check(path + "." + e.getKey(), e.getValue(), wrong));
    }
  }

  private record Keys(Set<String> required, Map<String, Form> known) implements Form {
    @Override
    public void check(String path, JsonNode value, List<String> wrong) {
      required.stream()
          .filter(key -> !value.has(key))
          .forEach(key -> wrong.add(path + "." + key + " is missing"));
      value
          .properties()
          .forEach(
              e -> {
                Form form = known.get(e.getKey());
                if (form == null) {
                  wrong.add(path + "." + e.getKey() + ": no such key");
                } else {
                  form.check(path + "." + e.getKey(), e.getValue(), wrong);
                }
              });
    }

    Keys with(String key, Form form) {
      var more = new java.util.HashMap<>(known);
      more.put(key, form);
      return new Keys(required, more);
    }
  }

  private SpecForm() {}

  private static Keys object(Set<String> required) {
    return new Keys(required, Map.of());
  }

  private static Form list(Form each) {
    return new Items(each, 0);
  }

  private static Form list(Form each, int least) {
    return new Items(each, least);
  }

  private static Form simple(String expected, Predicate<JsonNode> test) {
    return new Simple(expected, test);
  }

  private static Form text(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return simple(pattern, v -> v.isTextual() && compiled.matcher(v.asText()).matches());
  }

  private static Form number(BigInteger least, BigInteger most) {
    return simple(
        "a number from " + least + " to " + most,
        v ->
            v.isIntegralNumber()
                && v.bigIntegerValue().compareTo(least) >= 0
                && v.bigIntegerValue().compareTo(most) <= 0);
  }
}
