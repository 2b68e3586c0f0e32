package dev.keyledger.kit.web;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpEntity;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Holds a request's body and {@code Accept} to what its handler declares: JSON, unless it says
 * otherwise by {@code consumes} and {@code produces}. What a handler doesn't read may be empty, of
 * any type, or an object without fields: a client that put something there meant something.
 *
 * <p>It stands behind authentication, and in front of the handler: nothing is done whose answer
 * could not be given.
 */
final class DeclaredBodies implements HandlerInterceptor {
  private static final Set<String> READS = Set.of("GET", "HEAD");

  /**
   * @param reads whether the handler takes the body
   * @param consumes media types that it may be of
   * @param answersJson whether there is content in its answer, which is JSON
   */
  private record Declared(boolean reads, List<String> consumes, boolean answersJson) {}

  private final ConcurrentHashMap<Method, Declared> known = new ConcurrentHashMap<>();
  private final JsonMapper json;

  DeclaredBodies(JsonMapper json) {
    this.json = json;
  }

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws IOException {
    if (handler instanceof HandlerMethod method
        && request.getDispatcherType() == DispatcherType.REQUEST) {
      Declared declared = known.computeIfAbsent(method.getMethod(), m -> declaredBy(method));
      if (declared.answersJson && !MediaTypes.acceptsJson(request)) {
        throw MediaTypes.NOT_ACCEPTABLE.toException();
      }
      if (request.getContentLengthLong() > 0 && !READS.contains(request.getMethod())) {
        check(request, declared);
      }
    }
    return true;
  }

  private void check(HttpServletRequest request, Declared declared) throws IOException {
    if (MediaTypes.isCoded(request)) {
      throw MediaTypes.CODED.toException();
    }
    String type = request.getContentType();
    if (declared.consumes.stream().noneMatch(taken -> MediaTypes.is(type, taken))) {
      throw MediaTypes.unsupported(String.join(" or ", declared.consumes)).toException();
    }
    if (!declared.reads) {
      requireNoFields(request.getInputStream().readAllBytes());
    }
  }

  private void requireNoFields(byte[] body) {
    JsonNode node;
    try {
      node = json.readTree(body);
    } catch (JacksonException e) {
      throw UnreadableBodies.problemOf(e).toException();
    }
    if (!node.isObject()) {
      throw Problem.ofField("body", "There is nothing to say here: leave it empty.").toException();
    }
    for (String field : node.propertyNames()) {
      throw Problem.ofField(Problem.shown(field), "There is no such field.").toException();
    }
  }

  private static Declared declaredBy(HandlerMethod handler) {
    var mapping =
        AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), RequestMapping.class);
    List<String> consumes =
        mapping == null || mapping.consumes().length == 0
            ? List.of(MediaTypes.JSON)
            : List.of(mapping.consumes());
    List<String> produces = mapping == null ? List.of() : List.of(mapping.produces());
    boolean reads =
        Arrays.stream(handler.getMethodParameters())
            .anyMatch(parameter -> parameter.hasParameterAnnotation(RequestBody.class));
    return new Declared(
        reads,
        consumes,
        !isWithoutContent(handler) && List.of(MediaTypes.JSON).containsAll(produces));
  }

  private static boolean isWithoutContent(HandlerMethod handler) {
    ResolvableType type = ResolvableType.forMethodReturnType(handler.getMethod());
    Class<?> content =
        HttpEntity.class.isAssignableFrom(type.toClass())
            ? type.as(HttpEntity.class).getGeneric(0).toClass()
            : type.toClass();
    return content == void.class || content == Void.class;
  }
}
