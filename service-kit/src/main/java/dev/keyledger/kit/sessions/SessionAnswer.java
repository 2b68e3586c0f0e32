package dev.keyledger.kit.sessions;

/**
 * @param alive whether the session and the token are as the question has them, and neither ended
 */
public record SessionAnswer(boolean alive) {}
