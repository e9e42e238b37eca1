package dev.berth.spec.user;

import dev.berth.fault.Fault;
import dev.berth.spec.check.Refusal;
import dev.berth.spec.user.UserRequest.GroupsPolicy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Resolves one {@link UserRequest}. */
public final class Users {
  /** The kernel's limit on a process's groups, NGROUPS_MAX (setgroups(2)). */
  private static final int MAX_GROUPS = 65_536;

  private static final String IMAGE_USER = "image config user";

  private final UserRequest request;
  private final AccountFiles files;

  private Users(UserRequest request, AccountFiles files) {
    this.request = request;
    this.files = files;
  }

  /**
   * Finds user, groups and home.
   *
   * @throws Fault.InvalidArgument a field cannot be served; the message names it and its value
   */
  public static ContainerUser resolve(UserRequest request, AccountFiles files) {
    return new Users(request, files).resolve();
  }

  /** The user somebody chose, before any file is read. */
  private record Choice(String field, String value, AccountId user, @Nullable AccountId group) {}

  private ContainerUser resolve() {
    Choice choice = choose();
    @Nullable Passwd passwd = files.passwd().map(Passwd::new).orElse(null);
    Optional<Passwd.Entry> entry = lookUp(choice, passwd);
    int uid = uid(choice, entry);
    @Nullable Groups groups = files.group().map(Groups::new).orElse(null);
    int gid = gid(choice, entry, groups);
    return new ContainerUser(
        uid,
        gid,
        supplementary(choice, gid, entry, groups),
        entry.map(Passwd.Entry::home).filter(h -> !h.isEmpty()).orElse("/"));
  }

  private Choice choose() {
    boolean byId = request.runAsUser() != null;
    boolean byName = !request.runAsUsername().isEmpty();
    if (byId && byName) {
      throw refuse(
          "run_as_username", request.runAsUsername(), "only one of it and run_as_user may be set");
    }
    if (request.runAsGroup() != null && !byId && !byName) {
      throw refuse(
          "run_as_group",
          request.runAsGroup(),
          "may only be set together with run_as_user or run_as_username");
    }
    if (request.runAsUser() != null) {
      String field = field("run_as_user");
      var user = new AccountId.ById(AccountId.checked(field, request.runAsUser()));
      return new Choice(field, request.runAsUser().toString(), user, requestedGroup());
    }
    return byName ? named() : ofImage();
  }

  private Choice named() {
    String field = field("run_as_username");
    String name = request.runAsUsername();
    return new Choice(field, name, AccountId.parse(field, name, name), requestedGroup());
  }

  private Choice ofImage() {
    String value = request.imageUser().isEmpty() ? "0" : request.imageUser();
    String[] parts = value.split(":", -1);
    if (parts.length > 2) {
      throw Fault.InvalidArgument.of(
          IMAGE_USER, Refusal.printable(value), "has the form user or user:group");
    }
    return new Choice(
        IMAGE_USER,
        Refusal.printable(value),
        AccountId.parse(IMAGE_USER, value, parts[0]),
        parts.length == 2 ? AccountId.parse(IMAGE_USER, value, parts[1]) : null);
  }

  private @Nullable AccountId requestedGroup() {
    Long group = request.runAsGroup();
    return group == null
        ? null
        : new AccountId.ById(AccountId.checked(field("run_as_group"), group));
  }

  private static Optional<Passwd.Entry> lookUp(Choice choice, @Nullable Passwd passwd) {
    return choice
        .user()
        .either(
            id -> passwd == null ? Optional.empty() : passwd.byUid(id),
            name ->
                Optional.of(
                    Optional.ofNullable(passwd)
                        .flatMap(p -> p.byName(name))
                        .orElseThrow(() -> unknown(choice, "user", "/etc/passwd"))));
  }

  private static int uid(Choice choice, Optional<Passwd.Entry> entry) {
    return choice
        .user()
        .either(id -> id, name -> written(choice, "/etc/passwd", name, entry.orElseThrow().uid()));
  }

  private static int gid(Choice choice, Optional<Passwd.Entry> entry, @Nullable Groups groups) {
    AccountId group = choice.group();
    if (group == null) {
      return entry.map(e -> written(choice, "/etc/passwd", e.name(), e.gid())).orElse(0);
    }
    return group.either(
        id -> id,
        name ->
            Optional.ofNullable(groups)
                .flatMap(g -> g.byName(name))
                .map(g -> written(choice, "/etc/group", g.name(), g.gid()))
                .orElseThrow(() -> unknown(choice, "group", "/etc/group")));
  }

  private List<Integer> supplementary(
      Choice choice, int gid, Optional<Passwd.Entry> entry, @Nullable Groups groups) {
    Set<Integer> all = new LinkedHashSet<>();
    all.add(gid);
    if (request.policy() == GroupsPolicy.MERGE && groups != null) {
      entry.stream()
          .flatMap(e -> groups.withMember(e.name()))
          .forEach(g -> all.add(written(choice, "/etc/group", g.name(), g.gid())));
    }
    requestedGroups().forEach(all::add);
    if (all.size() > MAX_GROUPS) {
      throw refuse("supplemental_groups", all.size() + " groups", "at most " + MAX_GROUPS);
    }
    return new ArrayList<>(all);
  }

  private Stream<Integer> requestedGroups() {
    String field = field("supplemental_groups");
    return request.supplementalGroups().stream().map(g -> AccountId.checked(field, g));
  }

  /** An id out of an account file; one that is no number in range refuses the container. */
  private static int written(Choice choice, String file, String name, String id) {
    try {
      if (AccountId.parse(choice.field(), id, id) instanceof AccountId.ById(int number)) {
        return number;
      }
    } catch (Fault.InvalidArgument e) {
      throw badEntry(choice, file, name, id);
    }
    throw badEntry(choice, file, name, id);
  }

  private static Fault.InvalidArgument badEntry(
      Choice choice, String file, String name, String id) {
    return Fault.InvalidArgument.of(
        choice.field(),
        choice.value(),
        "%s of the image gives \"%s\" the id \"%s\", which is not between 0 and %d"
            .formatted(file, Refusal.printable(name), Refusal.printable(id), AccountId.MAX));
  }

  private static Fault.InvalidArgument unknown(Choice choice, String what, String file) {
    return Fault.InvalidArgument.of(
        choice.field(), choice.value(), "no such " + what + " in " + file + " of the image");
  }

  private String field(String name) {
    return request.field() + "." + name;
  }

  private Fault.InvalidArgument refuse(String name, Object value, String why) {
    return Fault.InvalidArgument.of(field(name), value, why);
  }
}
