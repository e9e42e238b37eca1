package dev.berth.image.registry;

import java.net.URI;
import java.net.http.HttpHeaders;

/**
 * An answer whose body has yet to be read.
 *
 * @param status HTTP status
 * @param headers as sent
 * @param body to be closed by whoever gets this
 * @param from where it came from, after redirects
 */
record Exchange(int status, HttpHeaders headers, BodyStream body, URI from)
    implements AutoCloseable {

  String header(String name) {
    return headers.firstValue(name).orElse("");
  }

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  boolean isRedirect() {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  @Override
  public void close() {
    body.close();
  }
}
