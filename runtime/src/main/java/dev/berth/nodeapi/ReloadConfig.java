package dev.berth.nodeapi;

import dev.berth.api.v1.ChangedKey;
import dev.berth.api.v1.ReloadConfigRequest;
import dev.berth.api.v1.ReloadConfigResponse;
import dev.berth.config.BerthConfig;
import dev.berth.config.ConfigInForce;
import dev.berth.config.ConfigRefused;
import dev.berth.fault.Fault;
import dev.berth.rpc.CallContext;
import dev.berth.rpc.Verb;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again. What is about registries needs no reload: hosts.toml and
 * credentials are read at every pull.
 */
public final class ReloadConfig implements Verb<ReloadConfigRequest, ReloadConfigResponse> {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadConfig.class);

  private final ConfigInForce inForce;
  private final Map<String, Consumer<BerthConfig>> live;

  /**
   * The verb.
   *
   * @param live by key, what puts a new value into force
   */
  public ReloadConfig(ConfigInForce inForce, Map<String, Consumer<BerthConfig>> live) {
    this.inForce = inForce;
    this.live = live;
  }

  @Override
  public ReloadConfigResponse call(ReloadConfigRequest request, CallContext context) {
    ConfigInForce.Reread reread = reread();
    var response = ReloadConfigResponse.newBuilder();
    for (ConfigInForce.Change change : reread.changes()) {
      Consumer<BerthConfig> apply = live.get(change.key());
      if (apply == null) {
        response.addAtNextStart(message(change));
        LOG.warn("{} = {} comes into force at the next start", change.key(), change.to());
      } else {
        apply.accept(reread.config());
        response.addApplied(message(change));
        LOG.info("{} = {} is in force, it was {}", change.key(), change.to(), change.from());
      }
    }
    return response.build();
  }

  private ConfigInForce.Reread reread() {
    try {
      return inForce.reread(live::containsKey);
    } catch (ConfigRefused e) {
      throw new Fault.FailedPrecondition(
          "read the configuration again: it is refused, and the one in force stays: "
              + e.getMessage());
    }
  }

  private static ChangedKey message(ConfigInForce.Change change) {
    return ChangedKey.newBuilder()
        .setKey(change.key())
        .setFrom(change.from())
        .setTo(change.to())
        .build();
  }
}
