package dev.keyledger.kit.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads what is written by hand, as YAML on the class path; a key that stands twice is an error.
 */
public final class ApiSources {
  private static final JsonMapper JSON = JsonMapper.shared();

  private ApiSources() {}

  /**
   * @param resource absolute, such as {@code /api/keys.yaml}
   */
  public static ObjectNode read(String resource) {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try (InputStream in = ApiSources.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("no " + resource + " on the class path");
      }
      Map<String, Object> read = new Yaml(new SafeConstructor(options)).load(in);
      return JSON.valueToTree(read);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }
}
