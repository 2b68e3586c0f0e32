package dev.keyledger.kit.database;

/** The schema isn't the one that this release was built for: the service doesn't start. */
public final class UnfitSchemaException extends RuntimeException {
  private static final String MIGRATE =
      "Run ./keyledger migrate of this release with the owner's login first.";

  private final String description;
  private final String remedy;

  private UnfitSchemaException(String description, String remedy) {
    super(description + " " + remedy);
    this.description = description;
    this.remedy = remedy;
  }

  static UnfitSchemaException older(String schema, int found, int needed) {
    return new UnfitSchemaException(
        "The schema %s is at version %d, and this release needs version %d."
            .formatted(schema, found, needed),
        MIGRATE);
  }

  static UnfitSchemaException newer(String schema, int found, int needed) {
    return new UnfitSchemaException(
        "The schema %s is at version %d, which is newer than version %d of this release."
            .formatted(schema, found, needed),
        "Start the release that migrated it, or a later one.");
  }

  /** Releases before this one migrated by themselves, and showed the service no history. */
  static UnfitSchemaException unseen(String schema) {
    return new UnfitSchemaException(
        "The service's login may not see how far the schema %s is.".formatted(schema), MIGRATE);
  }

  String description() {
    return description;
  }

  String remedy() {
    return remedy;
  }
}
