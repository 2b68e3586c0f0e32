package dev.keyledger.gateway.dialect;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.psl.PublicSuffixMatcher;
import org.apache.hc.client5.http.psl.PublicSuffixMatcherLoader;

/**
 * What browsers go by where a cookie is for the same site alone: the scheme, and the name that its
 * owner registered under a public suffix. Ports and names below that one are no part of it.
 *
 * @param domain the registered name; a host that is an address or has no suffix stands for itself
 */
public record Site(String scheme, String domain) {
  private static final PublicSuffixMatcher SUFFIXES = PublicSuffixMatcherLoader.getDefault();
  private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9.]+");

  /**
   * @param host without a port
   */
  public static Site of(String scheme, String host) {
    String name = host.toLowerCase(Locale.ROOT);
    String registered = ADDRESS.matcher(name).matches() ? null : SUFFIXES.getDomainRoot(name);
    return new Site(scheme.toLowerCase(Locale.ROOT), registered == null ? name : registered);
  }

  /**
   * @param url of a page or a server
   */
  public static Site of(URI url) {
    return of(String.valueOf(url.getScheme()), String.valueOf(url.getHost()));
  }
}
