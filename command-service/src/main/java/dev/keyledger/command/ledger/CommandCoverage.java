package dev.keyledger.command.ledger;

import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks at the start that each command of a sealed family has a handler under its own name. */
final class CommandCoverage {
  private CommandCoverage() {}

  /**
   * @param handled names of commands that have a handler
   * @throws IllegalStateException with the names of those that have none
   */
  static void check(Class<?> family, Set<String> handled) {
    Set<String> missing =
        membersOf(family)
            .map(Class::getName)
            .filter(name -> !handled.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!missing.isEmpty()) {
      throw new IllegalStateException("commands without a handler: " + missing);
    }
  }

  /** The types that instances can be of. */
  private static Stream<Class<?>> membersOf(Class<?> type) {
    return type.isSealed()
        ? Stream.of(Objects.requireNonNull(type.getPermittedSubclasses()))
            .flatMap(CommandCoverage::membersOf)
        : Stream.of(type);
  }
}
