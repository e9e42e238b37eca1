package dev.berth.image.pull;

import dev.berth.image.document.Descriptor;
import dev.berth.image.registry.FetchedDocument;
import dev.berth.image.registry.RegistryClient;
import java.io.InputStream;

/**
 * An image in a registry.
 *
 * @param client asks about its reference
 */
public record RegistrySource(RegistryClient client) implements ImageSource {

  @Override
  public FetchedDocument resolve() {
    return client.resolve();
  }

  @Override
  public FetchedDocument manifest(Descriptor descriptor) {
    return client.manifest(descriptor);
  }

  @Override
  public byte[] blob(Descriptor descriptor) {
    return client.blob(descriptor);
  }

  @Override
  public InputStream open(Descriptor descriptor, long from) {
    return client.open(descriptor, from);
  }
}
