package dev.berth.spec;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.berth.spec.check.Refusal;
import dev.berth.spec.oci.OciSeccomp;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Reads a seccomp profile in the form of the OCI runtime specification. Once a profile: it loads a
 * JSON library.
 *
 * <p>Keys that say nothing about the filter are passed over. Those of the extended form that
 * another engine reads are refused: without them the profile would allow or forbid other calls than
 * its author meant.
 */
public final class SeccompProfileFile {
  /** The most bytes that a profile may have. */
  public static final int MAX_BYTES = 1 << 20;

  private static final Set<String> OTHER_FORM = Set.of("archMap", "includes", "excludes", "name");
  private static final int MAX_RULES = 4096;
  private static final String ACTION = "SCMP_ACT_";

  private static final ObjectMapper MAPPER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private SeccompProfileFile() {}

  /**
   * Reads one.
   *
   * @param field what to name in a refusal
   * @param path the file's path, for a refusal
   * @throws dev.berth.fault.Fault.InvalidArgument it is no profile; the message says why
   */
  public static OciSeccomp parse(String field, String path, byte[] json) {
    if (json.length == 0 || json.length > MAX_BYTES) {
      throw Refusal.of(
          field, path, "the profile has " + json.length + " bytes, not 1 to " + MAX_BYTES);
    }
    try {
      JsonNode tree = MAPPER.readTree(json);
      refuseOtherForm(field, path, tree);
      return checked(field, path, MAPPER.treeToValue(tree, OciSeccomp.class));
    } catch (JacksonException e) {
      throw Refusal.of(
          field, path, "the profile is not the JSON it should be: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw Refusal.of(field, path, "the profile cannot be read: " + e.getMessage());
    }
  }

  private static void refuseOtherForm(String field, String path, JsonNode tree) {
    if (!tree.isObject()) {
      throw Refusal.of(field, path, "the profile is not a JSON object");
    }
    for (String key : OTHER_FORM) {
      boolean there =
          tree.has(key) || tree.path("syscalls").valueStream().anyMatch(s -> s.has(key));
      if (there) {
        throw Refusal.of(
            field, path, "the profile has the key " + key + ", which the OCI form does not have");
      }
    }
  }

  private static OciSeccomp checked(String field, String path, OciSeccomp profile) {
    action(field, path, profile.defaultAction());
    if (profile.syscalls().size() > MAX_RULES) {
      throw Refusal.of(field, path, "the profile has more than " + MAX_RULES + " rules");
    }
    for (OciSeccomp.Rule rule : profile.syscalls()) {
      action(field, path, rule.action());
      if (rule.names().isEmpty()) {
        throw Refusal.of(field, path, "the profile has a rule without names");
      }
      conditions(field, path, rule.args());
    }
    return profile;
  }

  /** A key that is missing in the JSON is null here, whatever the record says. */
  private static void action(String field, String path, String action) {
    if (!String.valueOf(action).startsWith(ACTION)) {
      throw Refusal.of(field, path, "the profile has the action \"" + action + "\"");
    }
  }

  private static void conditions(String field, String path, List<OciSeccomp.Condition> conditions) {
    for (OciSeccomp.Condition condition : conditions) {
      boolean sound =
          condition.index() >= 0
              && condition.index() <= 5
              && condition.value() != null
              && condition.value().signum() >= 0
              && condition.value().bitLength() <= 64
              && String.valueOf(condition.op()).startsWith("SCMP_CMP_");
      if (!sound) {
        throw Refusal.of(field, path, "the profile has the condition " + condition);
      }
    }
  }
}
