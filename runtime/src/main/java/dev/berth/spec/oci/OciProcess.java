package dev.berth.spec.oci;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The container's process (runtime-spec, config.md, "Process").
 *
 * @param terminal whether it gets a terminal
 * @param user who it runs as
 * @param args the command and its arguments, at least one
 * @param env {@code NAME=value} each, every name once
 * @param cwd absolute working directory inside the root
 * @param capabilities the five sets
 * @param rlimits resource limits, each type once
 * @param noNewPrivileges whether an exec can raise privileges no more
 * @param apparmorProfile name of a loaded profile, null for none
 * @param oomScoreAdj value for the kernel's choice of a victim, -1000 to 1000; null to leave it
 * @param selinuxLabel label of the process, null for none
 */
public record OciProcess(
    boolean terminal,
    User user,
    List<String> args,
    List<String> env,
    String cwd,
    Capabilities capabilities,
    List<Rlimit> rlimits,
    boolean noNewPrivileges,
    @Nullable String apparmorProfile,
    @Nullable Integer oomScoreAdj,
    @Nullable String selinuxLabel) {

  public OciProcess {
    args = Copies.list(args);
    env = Copies.list(env);
    capabilities = capabilities == null ? Capabilities.NONE : capabilities;
    rlimits = Copies.list(rlimits);
  }

  /** The same for another user with another environment. */
  public OciProcess with(User otherUser, List<String> otherEnv) {
    return new OciProcess(
        terminal,
        otherUser,
        args,
        otherEnv,
        cwd,
        capabilities,
        rlimits,
        noNewPrivileges,
        apparmorProfile,
        oomScoreAdj,
        selinuxLabel);
  }

  /**
   * Credentials.
   *
   * @param uid user id in the container
   * @param gid primary group id
   * @param umask file mode creation mask, null for the default
   * @param additionalGids the whole list for setgroups(2), the primary group included
   */
  public record User(int uid, int gid, @Nullable Integer umask, List<Integer> additionalGids) {
    public User {
      additionalGids = Copies.list(additionalGids);
    }
  }

  /** Capability names with their {@code CAP_} prefix, in the kernel's order (capabilities(7)). */
  public record Capabilities(
      List<String> bounding,
      List<String> effective,
      List<String> inheritable,
      List<String> permitted,
      List<String> ambient) {

    /** Not one capability in any set. */
    public static final Capabilities NONE =
        new Capabilities(List.of(), List.of(), List.of(), List.of(), List.of());

    public Capabilities {
      bounding = Copies.list(bounding);
      effective = Copies.list(effective);
      inheritable = Copies.list(inheritable);
      permitted = Copies.list(permitted);
      ambient = Copies.list(ambient);
    }
  }

  /**
   * One limit (setrlimit(2)).
   *
   * @param type {@code RLIMIT_NOFILE} and the like
   * @param soft the limit in force; -1 is unlimited
   * @param hard how far the process may raise it; -1 is unlimited
   */
  public record Rlimit(
      String type,
      @JsonSerialize(converter = Unsigned.Write.class)
          @JsonDeserialize(converter = Unsigned.Read.class)
          long soft,
      @JsonSerialize(converter = Unsigned.Write.class)
          @JsonDeserialize(converter = Unsigned.Read.class)
          long hard) {}
}
