package dev.berth.nodeapi;

import dev.berth.api.v1.SetLogLevelRequest;
import dev.berth.api.v1.SetLogLevelResponse;
import dev.berth.config.LogLevel;
import dev.berth.daemon.DaemonLog;
import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import java.util.Arrays;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Changes how much the daemon logs, until it is started again. */
public final class SetLogLevel implements Verb<SetLogLevelRequest, SetLogLevelResponse> {
  private static final Logger LOG = LoggerFactory.getLogger(SetLogLevel.class);

  @Override
  public SetLogLevelResponse call(SetLogLevelRequest request, CallContext context) {
    String asked = request.getLevel();
    LogLevel level =
        Arrays.stream(LogLevel.values())
            .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(asked))
            .findFirst()
            .orElseThrow(
                () ->
                    Fault.InvalidArgument.of(
                        "level", asked, "must be one of error, warn, info, debug"));
    DaemonLog.level(level);
    LOG.info("the log's level is {} now", asked);
    return SetLogLevelResponse.getDefaultInstance();
  }
}
