package dev.berth.e2e.registry;

/** The one user that a guarded registry of the tests knows. */
public final class Logins {
  /** The user's name. */
  public static final String USER = "reader";

  /** The user's password. */
  public static final String PASSWORD = "sesame";

  /** The user as the registry's htpasswd file has it (bcrypt, cost 5). */
  public static final String HTPASSWD =
      USER + ":$2y$05$berthberthberthberthbe7XDVTQ3ZBdgupSxw0s6mdJwPGe/T052\n";

  private Logins() {}
}
