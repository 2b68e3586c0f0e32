package dev.keyledger.client.spring;

import dev.keyledger.client.Caller;
import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

/** A tenant's service that was there before the client came: camelCase, uploads, static pages. */
@SpringBootApplication
class HostApplication {
  record Invoice(String invoiceNumber, long totalCents) {}

  @RestController
  static class Invoices {
    /** Carries no annotation: what it gets is a setting. */
    @GetMapping("/open")
    Invoice open() {
      return new Invoice("2026-1", 100);
    }

    @PostMapping("/open")
    Invoice echo(@RequestBody Invoice invoice) {
      return invoice;
    }

    @PostMapping("/uploads")
    Map<String, Long> upload(@RequestParam("file") MultipartFile file) {
      return Map.of("sizeInBytes", file.getSize());
    }

    @GetMapping("/broken")
    Invoice broken() {
      throw new IllegalStateException("the host's own fault");
    }

    @GetMapping("/mine")
    Map<String, Object> mine(Caller caller) {
      return Map.of("callerKind", caller.kind());
    }

    @GetMapping("/clients")
    @Requires("clients.read")
    Map<String, Object> clients(Caller caller) {
      return Map.of("callerKind", caller.kind());
    }

    @GetMapping("/organizations/{org}/clients")
    @Requires("clients.read")
    Map<String, Object> clientsOf(@PathVariable("org") String org) {
      return Map.of("organizationName", org);
    }

    @GetMapping("/payments")
    @Requires("payments.read")
    Map<String, Object> payments() {
      return Map.of();
    }
  }
}
