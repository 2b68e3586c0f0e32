package dev.keyledger.kit.receipts;

import dev.keyledger.events.feed.Ack;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The instances on {@code acks.v1}: who is registered, when heard of, how far on which stream. */
final class Consumers {
  private static final int STREAMS_REMEMBERED = 20_000;

  private final Map<String, Instance> instances = new HashMap<>();

  void acked(Ack ack, long now) {
    if (ack.kind() == Ack.Kind.LEFT) {
      instances.remove(ack.instance());
      return;
    }
    Instance instance =
        instances.computeIfAbsent(ack.instance(), id -> new Instance(ack.name(), id));
    instance.heardAt = now;
    for (Ack.Applied applied : ack.applied()) {
      instance.applied(applied, ack.at());
    }
  }

  /** Those that were heard of since that instant, by name and instance. */
  List<Instance> heardSince(long instant) {
    return instances.values().stream()
        .filter(instance -> instance.heardAt - instant >= 0)
        .sorted(Comparator.comparing(Instance::name).thenComparing(Instance::id))
        .toList();
  }

  boolean isRegistered(Instance instance) {
    return instances.get(instance.id) == instance;
  }

  /** No receipt waits for those any more; one that comes back registers anew. */
  void forgetSilentSince(long instant) {
    instances.values().removeIf(instance -> instance.heardAt - instant < 0);
  }

  static final class Instance {
    private final String name;
    private final String id;
    private long heardAt;
    private final Map<String, Progress> progress =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Progress> eldest) {
            return size() > STREAMS_REMEMBERED;
          }
        };

    private Instance(String name, String id) {
      this.name = name;
      this.id = id;
    }

    String name() {
      return name;
    }

    String id() {
      return id;
    }

    private void applied(Ack.Applied applied, Instant at) {
      Progress before = progress.get(applied.stream());
      if (before == null || before.position < applied.position()) {
        progress.put(applied.stream(), new Progress(applied.position(), at));
      }
    }

    /** When it said that it had come so far; {@code null} when it has not, or long ago. */
    @Nullable Instant appliedAt(String stream, long position) {
      Progress known = progress.get(stream);
      return known != null && known.position >= position ? known.at : null;
    }
  }

  private record Progress(long position, Instant at) {}
}
