package dev.berth.streaming.spdy;

/** The peer sent what is no SPDY/3.1, or more of it than is taken; the connection cannot go on. */
public final class SpdyError extends Exception {
  private static final long serialVersionUID = 1L;

  SpdyError(String message) {
    super(message);
  }
}
