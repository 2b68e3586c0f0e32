package dev.keyledger.benchmarks.profile;

import java.util.Arrays;
import java.util.Optional;

/** What a stack frame belongs to, by the name of its class; the first that fits counts. */
enum Layer {
  SOCKETS("sockets", "sun.nio.ch", "java.net.Socket", "sun.net"),
  HMAC("HMAC", "com.sun.crypto.provider.Hmac", "sun.security.provider.SHA", "javax.crypto.Mac"),
  AES("AES", "com.sun.crypto.provider"),
  ED25519("Ed25519", "org.bouncycastle"),
  RANDOM("randomness", "sun.security.provider", "java.security.SecureRandom"),
  JWT("jjwt", "io.jsonwebtoken"),
  JSON("Jackson", "tools.jackson", "com.fasterxml.jackson"),
  POSTGRES("PostgreSQL driver and pool", "org.postgresql", "com.zaxxer"),
  KAFKA("Kafka client", "org.apache.kafka"),
  AXON("Axon", "org.axonframework"),
  TOMCAT("Tomcat", "org.apache.catalina", "org.apache.coyote", "org.apache.tomcat"),
  JETTY("Jetty", "org.eclipse.jetty"),
  SPRING("Spring", "org.springframework"),
  TELEMETRY("metrics and traces", "io.micrometer", "io.opentelemetry", "io.prometheus"),
  LOGGING("logging", "ch.qos.logback", "org.slf4j"),
  OURS("Keyledger's own code", "dev.keyledger");

  private final String title;
  private final String[] packages;

  Layer(String title, String... packages) {
    this.title = title;
    this.packages = packages;
  }

  String title() {
    return title;
  }

  static Optional<Layer> of(String className) {
    return Arrays.stream(values())
        .filter(layer -> Arrays.stream(layer.packages).anyMatch(className::startsWith))
        .findFirst();
  }
}
