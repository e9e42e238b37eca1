package dev.berth.daemon;

import dev.berth.config.BerthConfig;
import io.grpc.BindableService;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * Everything that answers the CRI, opened as one.
 *
 * <p>When it is open, recovery has looked at what an earlier daemon left: the socket answers only
 * afterwards.
 */
public interface CriServices extends Closeable {

  /** The services to serve, e.g. RuntimeService and ImageService. */
  List<? extends BindableService> services();

  /** Lets go of everything without ending a pod. Called when no call runs any more. */
  @Override
  void close() throws IOException;

  /** How services are opened. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens the services over directories that exist and are locked.
     *
     * @throws Exception the daemon does not start, and says why
     */
    CriServices open(BerthConfig config, InstanceId instance) throws Exception;
  }
}
