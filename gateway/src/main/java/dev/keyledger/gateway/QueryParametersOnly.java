package dev.keyledger.gateway;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Keeps a form's body from being read as parameters, which the servlet API does at the first
 * question for one: the body belongs to the service that it is forwarded to, byte by byte.
 */
public final class QueryParametersOnly extends HttpServletRequestWrapper {
  private final Map<String, String[]> parameters;

  public QueryParametersOnly(HttpServletRequest request) {
    super(request);
    var parsed = new LinkedHashMap<String, String[]>();
    String query = request.getQueryString();
    if (query != null) {
      UriComponentsBuilder.newInstance()
          .query(query)
          .build()
          .getQueryParams()
          .forEach((name, values) ->
              parsed.put(
                  decoded(name),
                  values.stream().map(v -> v == null ? "" : decoded(v)).toArray(String[]::new)));
    }
    this.parameters = Collections.unmodifiableMap(parsed);
  }

  private static String decoded(String text) {
    try {
      return UriUtils.decode(text.replace('+', ' '), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  @Override
  public @Nullable String getParameter(String name) {
    String[] values = parameters.get(name);
    return values == null || values.length == 0 ? null : values[0];
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    return parameters;
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.enumeration(parameters.keySet());
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    return parameters.get(name);
  }
}
