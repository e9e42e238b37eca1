package dev.berth.rpc;

import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A gRPC service made of verbs.
 *
 * <pre>{@code
 * new VerbService(RuntimeServiceGrpc.getServiceDescriptor())
 *     .serve(RuntimeServiceGrpc.getVersionMethod(), new Version("0.1.0"))
 *     .serve(RuntimeServiceGrpc.getRunPodSandboxMethod(), new RunPodSandbox(...));
 * }</pre>
 *
 * <p>A method for which no verb is given is answered UNIMPLEMENTED.
 */
public final class VerbService implements BindableService {
  private final ServiceDescriptor descriptor;
  private final Map<String, ServerCallHandler<?, ?>> handlers = new LinkedHashMap<>();
  private final Map<String, MethodDescriptor<?, ?>> methods = new LinkedHashMap<>();
  private final Set<Pump<?>> open = ConcurrentHashMap.newKeySet();
  private final CallWatcher watcher;
  private final UnknownFields unknown = new UnknownFields();

  /** A service of which no method is served yet. */
  public VerbService(ServiceDescriptor descriptor) {
    this(descriptor, CallWatcher.NOBODY);
  }

  /** A service whose unary calls are measured, and of which no method is served yet. */
  public VerbService(ServiceDescriptor descriptor, CallWatcher watcher) {
    this.descriptor = descriptor;
    this.watcher = watcher;
    descriptor.getMethods().forEach(m -> methods.put(m.getFullMethodName(), m));
  }

  /**
   * Serves a unary method by a verb.
   *
   * @throws IllegalArgumentException the method is of another service, not unary or served already
   */
  public <Q, R> VerbService serve(MethodDescriptor<Q, R> method, Verb<Q, R> verb) {
    String name = method.getFullMethodName();
    if (methods.get(name) != method || method.getType() != MethodType.UNARY) {
      throw new IllegalArgumentException(name + ": no unary method of " + descriptor.getName());
    }
    String bare = bare(name);
    var handler =
        ServerCalls.<Q, R>asyncUnaryCall(
            (request, observer) -> answer(bare, verb, request, observer));
    if (handlers.put(name, handler) != null) {
      throw new IllegalArgumentException(name + ": served twice");
    }
    return this;
  }

  /**
   * Serves a method that answers with a stream.
   *
   * @throws IllegalArgumentException the method is of another service, not of this kind or served
   *     already
   */
  public <Q, R> VerbService serveStream(MethodDescriptor<Q, R> method, StreamVerb<Q, R> verb) {
    String name = method.getFullMethodName();
    if (methods.get(name) != method || method.getType() != MethodType.SERVER_STREAMING) {
      throw new IllegalArgumentException(name + ": no stream of " + descriptor.getName());
    }
    var handler =
        ServerCalls.<Q, R>asyncServerStreamingCall(
            (request, client) -> pump(name, verb.open(request), client));
    if (handlers.put(name, handler) != null) {
      throw new IllegalArgumentException(name + ": served twice");
    }
    return this;
  }

  /**
   * Serves a method whose answer is a stream of reports on what its verb does.
   *
   * @throws IllegalArgumentException the method is of another service, of another type or served
   *     already
   */
  public <Q, R> VerbService serveReports(MethodDescriptor<Q, R> method, ReportingVerb<Q, R> verb) {
    String name = method.getFullMethodName();
    if (methods.get(name) != method || method.getType() != MethodType.SERVER_STREAMING) {
      throw new IllegalArgumentException(name + ": no stream of " + descriptor.getName());
    }
    var handler =
        ServerCalls.<Q, R>asyncServerStreamingCall(
            (request, observer) -> answer(bare(name), verb, request, observer));
    if (handlers.put(name, handler) != null) {
      throw new IllegalArgumentException(name + ": served twice");
    }
    return this;
  }

  private <R> void pump(String name, Source<R> source, StreamObserver<R> client) {
    AtomicReference<Pump<R>> self = new AtomicReference<>();
    Pump<R> pump =
        new Pump<>(
            bare(name),
            source,
            (ServerCallStreamObserver<R>) client,
            () -> open.remove(self.get()));
    self.set(pump);
    open.add(pump);
    pump.begin();
  }

  /** Ends all open streams: the daemon stops, and none of them would end by itself. */
  void endStreams() {
    open.forEach(pump -> pump.end(Status.UNAVAILABLE.withDescription("the daemon is stopping")));
  }

  /** The bare names of the methods that have a verb. */
  public Set<String> served() {
    return handlers.keySet().stream()
        .map(VerbService::bare)
        .collect(java.util.stream.Collectors.toUnmodifiableSet());
  }

  @Override
  public ServerServiceDefinition bindService() {
    var service = ServerServiceDefinition.builder(descriptor);
    methods.values().forEach(method -> bind(service, method));
    return service.build();
  }

  @SuppressWarnings("unchecked") // serve() takes method and verb of the same types
  private <Q, R> void bind(ServerServiceDefinition.Builder service, MethodDescriptor<Q, R> method) {
    var handler = (ServerCallHandler<Q, R>) handlers.get(method.getFullMethodName());
    service.addMethod(method, handler == null ? unimplemented(method) : handler);
  }

  private static <Q, R> ServerCallHandler<Q, R> unimplemented(MethodDescriptor<Q, R> method) {
    if (method.getType() == MethodType.UNARY) {
      return ServerCalls.asyncUnaryCall(
          (_, observer) -> ServerCalls.asyncUnimplementedUnaryCall(method, observer));
    }
    return ServerCalls.asyncServerStreamingCall(
        (_, observer) -> ServerCalls.asyncUnimplementedUnaryCall(method, observer));
  }

  private static String bare(String fullName) {
    return fullName.substring(fullName.indexOf('/') + 1);
  }

  /** Watchers get the last message as the response. */
  private <Q, R> void answer(
      String name, ReportingVerb<Q, R> verb, Q request, StreamObserver<R> observer) {
    ServerCallStreamObserver<R> out = (ServerCallStreamObserver<R>) observer;
    out.setOnCancelHandler(() -> {});
    AtomicReference<Object> last = new AtomicReference<>("");
    Verb<Q, Object> whole =
        (asked, context) -> {
          verb.call(
              asked,
              context,
              new ReportingVerb.Sink<R>() {
                @Override
                public boolean isReady() {
                  return out.isReady();
                }

                @Override
                public void send(R message) {
                  last.set(message);
                  out.onNext(message);
                }
              });
          return last.get();
        };
    var _ = called(name, whole, request, new CallContext(Context.current()));
    out.onCompleted();
  }

  private <Q, R> void answer(String name, Verb<Q, R> verb, Q request, StreamObserver<R> observer) {
    CallContext context = new CallContext(Context.current());
    ServerCallStreamObserver<R> caller = (ServerCallStreamObserver<R>) observer;
    // Without a handler of our own, answering a caller that has gone is an exception.
    caller.setOnCancelHandler(context::closed);
    caller.setOnCloseHandler(context::closed);
    try {
      caller.onNext(called(name, verb, request, context));
      caller.onCompleted();
    } finally {
      context.returned();
    }
    unknown.look(name, request);
  }

  private <Q, R> R called(String name, Verb<Q, R> verb, Q request, CallContext context) {
    CallWatcher.Watched watched = watcher.begin(name, request, TraceContext.current());
    @Nullable R response = null;
    @Nullable Throwable failure = null;
    try {
      response = verb.call(request, context);
      return response;
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    } catch (Exception e) {
      failure = e;
      throw new VerbFailed(e);
    } finally {
      watched.ended(response, failure);
    }
  }
}
