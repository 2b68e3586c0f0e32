package dev.keyledger.kit.people;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.PersonKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Data keys of people, asked of token-service, and kept for a while: so long an erased person may
 * still be readable here. Nothing that they open is kept.
 */
public final class PeopleKeys {
  private static final Logger log = LoggerFactory.getLogger(PeopleKeys.class);

  /** Where they seal: what is sealed under a key that was destroyed can't be read. */
  public static final Duration TO_SEAL = Duration.ofMinutes(5);

  /** Where they open: an erased person is to be shown no longer than for a moment. */
  public static final Duration TO_OPEN = Duration.ofSeconds(5);

  /** So many people's keys are kept at most. */
  public static final int PEOPLE = 10_000;

  private static final int ASKED_AT_ONCE = 500;

  record Question(List<PersonId> people) {}

  record Answer(List<Item> keys) {
    record Item(PersonId person, String material) {
      @Override
      public String toString() {
        return "[data key of " + person + "]";
      }
    }
  }

  /**
   * The keys of some people, for one answer.
   *
   * @param complete {@code false} when token-service could not be asked: then {@code null} may also
   *     mean that the text isn't known just now
   */
  public record Opened(Map<PersonId, PersonKey> keys, boolean complete) {
    /** Of nobody, for a start. */
    public static final Opened NOTHING = new Opened(Map.of(), true);

    public Optional<PersonKey> keyOf(PersonId person) {
      return Optional.ofNullable(keys.get(person));
    }

    /** {@code null} when the person was erased. */
    public @Nullable String text(@Nullable SealedText sealed) {
      PersonKey key = sealed == null ? null : keys.get(sealed.person());
      return sealed == null || key == null ? null : key.unseal(sealed).orElse(null);
    }

    @Override
    public String toString() {
      return "[data keys of " + keys.size() + " people]";
    }
  }

  private final TokenServiceClient tokenService;
  private final Counter failures;
  private final Cache<PersonId, Optional<PersonKey>> known;

  /**
   * @param kept for how long at most
   */
  public PeopleKeys(
      TokenServiceClient tokenService, MeterRegistry meters, Ticker ticker, Duration kept) {
    this.tokenService = tokenService;
    this.failures =
        Counter.builder("keyledger.people.keys.failures")
            .description("Questions for data keys that token-service didn't answer")
            .register(meters);
    this.known =
        Caffeine.newBuilder().maximumSize(PEOPLE).expireAfterWrite(kept).ticker(ticker).build();
  }

  /** Asks for what isn't known yet; what token-service can't be asked for is missing. */
  public Opened of(Set<PersonId> people) {
    return more(Opened.NOTHING, people);
  }

  /**
   * The same for a request that asks again: not about whom it has a key of.
   *
   * @param has what it was given before
   */
  public Opened more(Opened has, Set<PersonId> people) {
    return more(has, people, OptionalLong.empty());
  }

  /**
   * The same, and no question begins once its time is over: what it would ask for is missing.
   *
   * @param deadline by {@link System#nanoTime}
   */
  public Opened more(Opened has, Set<PersonId> people, long deadline) {
    return more(has, people, OptionalLong.of(deadline));
  }

  private Opened more(Opened has, Set<PersonId> people, OptionalLong deadline) {
    Map<PersonId, PersonKey> keys = new HashMap<>(has.keys());
    List<PersonId> unknown = new ArrayList<>();
    for (PersonId person : people) {
      if (keys.containsKey(person)) {
        continue;
      }
      Optional<PersonKey> key = known.getIfPresent(person);
      if (key == null) {
        unknown.add(person);
      } else {
        key.ifPresent(k -> keys.put(person, k));
      }
    }
    boolean complete = true;
    for (int from = 0; from < unknown.size() && complete; from += ASKED_AT_ONCE) {
      complete =
          (deadline.isEmpty() || System.nanoTime() - deadline.getAsLong() < 0)
              && ask(unknown.subList(from, Math.min(from + ASKED_AT_ONCE, unknown.size())), keys);
    }
    return new Opened(keys, complete);
  }

  private boolean ask(List<PersonId> people, Map<PersonId, PersonKey> keys) {
    try {
      Answer answer =
          tokenService.post("/internal/v1/people/data-keys", new Question(people), Answer.class);
      Set<PersonId> erased = new HashSet<>(people);
      for (Answer.Item item : answer.keys()) {
        var key = new PersonKey(item.person(), Base64.getUrlDecoder().decode(item.material()));
        erased.remove(item.person());
        keys.put(item.person(), key);
        known.put(item.person(), Optional.of(key));
      }
      erased.forEach(person -> known.put(person, Optional.empty()));
      return true;
    } catch (UnansweredException | IllegalArgumentException e) {
      failures.increment();
      log.warn("There are no data keys just now: {}", reasonOf(e));
      return false;
    }
  }

  /** Of no answer what is in it: a key that can't be read is a key all the same. */
  private static String reasonOf(RuntimeException e) {
    return e instanceof UnansweredException && e.getMessage() != null
        ? e.getMessage()
        : e.getClass().getSimpleName();
  }
}
