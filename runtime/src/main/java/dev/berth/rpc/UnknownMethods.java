package dev.berth.rpc;

import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers methods that no service has: UNIMPLEMENTED, which clients understand, and why, which
 * people do. An older kubelet asks for the API before v1, a newer one for calls that came later.
 */
final class UnknownMethods extends HandlerRegistry {
  private static final int LONGEST_NAME = 120;

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
    var method =
        MethodDescriptor.<InputStream, InputStream>newBuilder()
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .setFullMethodName(name)
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    return ServerMethodDefinition.create(
        method,
        (call, _) -> {
          call.close(Status.UNIMPLEMENTED.withDescription(why(name)), new Metadata());
          return new ServerCall.Listener<>() {};
        });
  }

  private static String why(String name) {
    String shown = name.replaceAll("[^0-9A-Za-z._/-]", "?");
    shown = shown.length() > LONGEST_NAME ? shown.substring(0, LONGEST_NAME) : shown;
    if (name.startsWith("runtime.v1alpha2.")) {
      return shown
          + ": this runtime speaks version v1 of the CRI (runtime.v1), as kubelet and crictl from"
          + " Kubernetes 1.26 on do";
    }
    return shown + ": this runtime has no such method; a later version may have";
  }

  /** Messages of unknown methods are not looked into. */
  private static final class Bytes implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return new ByteArrayInputStream(new byte[0]);
    }
  }
}
