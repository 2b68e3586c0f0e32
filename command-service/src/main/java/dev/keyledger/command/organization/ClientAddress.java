package dev.keyledger.command.organization;

/**
 * From where a command is asked for, to be compared with the organisation's allowlist. It prints as
 * nothing and is recorded nowhere: an event has it sealed under its person's key.
 *
 * @param text as seen through trusted proxies; empty where it isn't known, which no list admits
 */
public record ClientAddress(String text) {
  public static final ClientAddress UNKNOWN = new ClientAddress("");

  @Override
  public String toString() {
    return "[address]";
  }
}
