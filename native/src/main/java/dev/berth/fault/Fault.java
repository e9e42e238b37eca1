package dev.berth.fault;

import org.jspecify.annotations.Nullable;

/**
 * A request that could not be served, and why.
 *
 * <p>The message is for the person who sent the request: lowercase, what was attempted, on what,
 * why. The subclass decides the gRPC code.
 */
public abstract sealed class Fault extends RuntimeException
    permits Fault.Aborted,
        Fault.AlreadyExists,
        Fault.Cancelled,
        Fault.DataLoss,
        Fault.DeadlineExceeded,
        Fault.FailedPrecondition,
        Fault.Internal,
        Fault.InvalidArgument,
        Fault.NotFound,
        Fault.PermissionDenied,
        Fault.ResourceExhausted,
        Fault.Unauthenticated,
        Fault.Unavailable,
        Fault.Unimplemented {

  private static final long serialVersionUID = 1L;

  private Fault(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Somebody else won a race for the same object; the request may be sent again. */
  public static final class Aborted extends Fault {
    private static final long serialVersionUID = 1L;

    public Aborted(String message) {
      super(message, null);
    }
  }

  /** The name is taken by an object that is not the one asked for. */
  public static final class AlreadyExists extends Fault {
    private static final long serialVersionUID = 1L;

    public AlreadyExists(String message) {
      super(message, null);
    }
  }

  /** The caller went away before the work was done. */
  public static final class Cancelled extends Fault {
    private static final long serialVersionUID = 1L;

    public Cancelled(String message) {
      super(message, null);
    }
  }

  /** Stored data is damaged and could not be read back as it was written. */
  public static final class DataLoss extends Fault {
    private static final long serialVersionUID = 1L;

    public DataLoss(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The work did not end within its time. */
  public static final class DeadlineExceeded extends Fault {
    private static final long serialVersionUID = 1L;

    public DeadlineExceeded(String message) {
      super(message, null);
    }

    public DeadlineExceeded(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The object exists but is not in a state in which this can be done. */
  public static final class FailedPrecondition extends Fault {
    private static final long serialVersionUID = 1L;

    public FailedPrecondition(String message) {
      super(message, null);
    }

    public FailedPrecondition(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The machine refused, or Berth has a bug: the request itself was right. */
  public static final class Internal extends Fault {
    private static final long serialVersionUID = 1L;

    public Internal(String message) {
      super(message, null);
    }

    public Internal(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A field of the request, or of an image's config, cannot be served as given. */
  public static final class InvalidArgument extends Fault {
    private static final long serialVersionUID = 1L;

    public InvalidArgument(String message) {
      super(message, null);
    }

    public InvalidArgument(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    /**
     * A field with a value that cannot be served.
     *
     * @param field the field's path as the CRI names it, e.g. {@code
     *     config.linux.security_context.run_as_user}
     * @param value the value given
     * @param why what is wrong with it, e.g. {@code "must not be negative"}
     */
    public static InvalidArgument of(String field, @Nullable Object value, String why) {
      return new InvalidArgument(field + " \"" + value + "\": " + why);
    }
  }

  /** No object has this id or name. */
  public static final class NotFound extends Fault {
    private static final long serialVersionUID = 1L;

    public NotFound(String message) {
      super(message, null);
    }

    public NotFound(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A policy forbids it, whoever asks. */
  public static final class PermissionDenied extends Fault {
    private static final long serialVersionUID = 1L;

    public PermissionDenied(String message) {
      super(message, null);
    }
  }

  /** Something that can run out did: disk, addresses, descriptors, processes. */
  public static final class ResourceExhausted extends Fault {
    private static final long serialVersionUID = 1L;

    public ResourceExhausted(String message) {
      super(message, null);
    }

    public ResourceExhausted(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A registry wants other credentials than those given. */
  public static final class Unauthenticated extends Fault {
    private static final long serialVersionUID = 1L;

    public Unauthenticated(String message) {
      super(message, null);
    }
  }

  /** Something outside cannot be reached just now; the same request may succeed later. */
  public static final class Unavailable extends Fault {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message) {
      super(message, null);
    }

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** Berth does not do this. */
  public static final class Unimplemented extends Fault {
    private static final long serialVersionUID = 1L;

    public Unimplemented(String message) {
      super(message, null);
    }
  }
}
