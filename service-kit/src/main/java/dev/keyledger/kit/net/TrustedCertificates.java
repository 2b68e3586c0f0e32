package dev.keyledger.kit.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;

/** Certificates that a tenant names, by which alone a peer of theirs is known. */
public final class TrustedCertificates {
  private static final int MOST = 10;

  private final List<Certificate> certificates;

  private TrustedCertificates(List<Certificate> certificates) {
    this.certificates = certificates;
  }

  /**
   * @param pem one certificate behind another, and nothing else of importance
   * @return empty where there is none, too many, or one that isn't whole
   */
  public static Optional<TrustedCertificates> of(String pem) {
    if (!pem.contains("-----BEGIN CERTIFICATE-----")) {
      return Optional.empty();
    }
    try {
      var bytes = new ByteArrayInputStream(pem.strip().getBytes(StandardCharsets.UTF_8));
      List<Certificate> found =
          List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(bytes));
      return found.isEmpty() || found.size() > MOST
          ? Optional.empty()
          : Optional.of(new TrustedCertificates(found));
    } catch (CertificateException e) {
      return Optional.empty();
    }
  }

  /** These alone, each anew: what stood between them is no certificate's. */
  public String pem() {
    var text = new StringBuilder();
    try {
      for (Certificate one : certificates) {
        text.append("-----BEGIN CERTIFICATE-----\n")
            .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(one.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      }
    } catch (CertificateException e) {
      throw new IllegalStateException("it was read from what it is written as", e);
    }
    return text.toString();
  }

  /** Trust in what these vouch for, and in nobody else. */
  public TrustManagerFactory trust() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("ca-" + i, certificates.get(i));
      }
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK keeps certificates", e);
    }
  }
}
