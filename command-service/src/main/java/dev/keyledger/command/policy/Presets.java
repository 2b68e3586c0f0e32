package dev.keyledger.command.policy;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.policy.Policy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The policies that ship, as data: one file each. */
public final class Presets {
  private static final List<String> NAMES =
      List.of("incard", "incrm", "octopus-cards", "standard", "syncgram-pay");

  private final Map<String, Policy> byName = new TreeMap<>();
  private final Policy platform;

  /**
   * @throws IllegalStateException for a file that is missing or makes no sense
   */
  public Presets() {
    NAMES.forEach(name -> byName.put(name, read(name)));
    platform = read("platform");
  }

  private static Policy read(String name) {
    try (InputStream file = Presets.class.getResourceAsStream("/presets/" + name + ".json")) {
      if (file == null) {
        throw new IllegalStateException("the preset " + name + " is missing");
      }
      Policy policy = EventCodec.decode(file.readAllBytes(), Policy.class);
      PolicyCheck.firstFault(policy)
          .ifPresent(fault -> {
            throw new IllegalStateException("the preset " + name + ": " + fault);
          });
      return policy;
    } catch (IOException e) {
      throw new UncheckedIOException("the preset " + name, e);
    }
  }

  public Optional<Policy> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** In alphabetical order. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }

  /** Of Keyledger's own organisation; no other organisation can have it. */
  public Policy platform() {
    return platform;
  }
}
