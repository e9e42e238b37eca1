package dev.berth.kernel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A kernel that asks somebody before and after every call. */
final class InterceptedKernel {

  /** Who is asked. */
  interface Interceptor {
    /** Runs before a call; a failure is the call's, which then is not made. */
    void before(String call, List<@Nullable Object> arguments) throws ErrnoException;

    /** Sees what a call gave. */
    default void after(String call, @Nullable Object result) {}
  }

  private InterceptedKernel() {}

  /** A kernel whose groups of calls, and epoll instances, go through the interceptor. */
  static Kernel of(Kernel real, Interceptor interceptor) {
    return new KernelCalls(
        wrap(FileTree.class, real.tree(), interceptor),
        wrap(FileIo.class, real.io(), interceptor),
        wrap(Mounts.class, real.mounts(), interceptor),
        wrap(Sockets.class, real.sockets(), interceptor),
        wrap(Processes.class, real.processes(), interceptor),
        wrap(Bpf.class, real.bpf(), interceptor),
        () -> epoll(real, interceptor));
  }

  private static Epoll epoll(Kernel real, Interceptor interceptor) throws ErrnoException {
    interceptor.before("epoll", List.of());
    return wrap(Epoll.class, real.epoll(), interceptor);
  }

  private static <T> T wrap(Class<T> group, T real, Interceptor interceptor) {
    Object proxy =
        Proxy.newProxyInstance(
            group.getClassLoader(),
            new Class<?>[] {group},
            (self, method, arguments) -> {
              @Nullable Object[] given = arguments == null ? new Object[0] : arguments;
              if (method.getDeclaringClass() == Object.class) {
                return method.invoke(real, given);
              }
              interceptor.before(method.getName(), Arrays.asList(given));
              try {
                Object result = method.invoke(real, given);
                interceptor.after(method.getName(), result);
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
    return group.cast(proxy);
  }
}
