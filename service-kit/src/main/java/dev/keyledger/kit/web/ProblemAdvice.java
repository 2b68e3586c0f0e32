package dev.keyledger.kit.web;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.spring.EndpointRefusedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/**
 * The one place where a refusal becomes an answer. A service's own advice may stand before it;
 * nothing stands behind it: what is left is 500 {@code internal} and a line in the log.
 */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
public final class ProblemAdvice {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  private static final Problem NOT_FOUND = Problem.of(404, "not_found", "There is nothing here.");

  private final ProblemWriter problems;
  private final GatewayHeaders gateway;

  ProblemAdvice(ProblemWriter problems, GatewayHeaders gateway) {
    this.problems = problems;
    this.gateway = gateway;
  }

  @ExceptionHandler
  ResponseEntity<byte[]> refused(
      ProblemException e, HttpServletRequest request, HttpServletResponse response) {
    BegunAnswer.refuse(response, e);
    return problems.entityOf(gateway.toldTo(request, e.problem()));
  }

  @ExceptionHandler
  ResponseEntity<byte[]> refused(
      EndpointRefusedException e, HttpServletRequest request, HttpServletResponse response) {
    return refused(e.refusal(), request, response);
  }

  @ExceptionHandler
  ResponseEntity<byte[]> refused(
      AccessRefusedException e, HttpServletRequest request, HttpServletResponse response) {
    BegunAnswer.refuse(response, e);
    return problems.entityOf(gateway.toldTo(request, Problem.of(e)));
  }

  @ExceptionHandler
  ResponseEntity<byte[]> unreadable(HttpMessageNotReadableException e) {
    return problems.entityOf(UnreadableBodies.problemOf(e));
  }

  @ExceptionHandler
  ResponseEntity<byte[]> invalid(MethodArgumentNotValidException e) {
    var error = e.getBindingResult().getFieldError();
    return error == null
        ? invalid("body", "The body as a whole is not valid.")
        : invalid(snakeCase(error.getField()), error.getDefaultMessage());
  }

  @ExceptionHandler
  ResponseEntity<byte[]> invalid(HandlerMethodValidationException e) {
    return e.getParameterValidationResults().stream()
        .findFirst()
        .map(r ->
            invalid(
                nameOf(r.getMethodParameter()),
                r.getResolvableErrors().getFirst().getDefaultMessage()))
        .orElseGet(() -> invalid("body", "The request is not valid."));
  }

  @ExceptionHandler
  ResponseEntity<byte[]> missing(MissingServletRequestParameterException e) {
    return invalid(e.getParameterName(), "The parameter is missing.");
  }

  @ExceptionHandler
  ResponseEntity<byte[]> missing(MissingRequestHeaderException e) {
    return invalid(e.getHeaderName(), "The header is missing.");
  }

  @ExceptionHandler
  ResponseEntity<byte[]> unfit(MethodArgumentTypeMismatchException e) {
    // Where a path holds no id of ours there is simply nothing.
    return e.getParameter().hasParameterAnnotation(PathVariable.class)
        ? problems.entityOf(NOT_FOUND)
        : invalid(e.getName(), "The value is not of the form due here.");
  }

  @ExceptionHandler({NoHandlerFoundException.class, NoResourceFoundException.class})
  ResponseEntity<byte[]> nothingHere(Exception e, HttpServletRequest request) {
    return problems.entityOf(gateway.toldTo(request, nothingHere()));
  }

  @ExceptionHandler
  ResponseEntity<byte[]> wrongMethod(HttpRequestMethodNotSupportedException e) {
    Set<HttpMethod> methods = Objects.requireNonNullElse(e.getSupportedHttpMethods(), Set.of());
    return problems.entityOf(
        AllowedMethods.refusal(methods.stream().map(HttpMethod::name).toList()));
  }

  @ExceptionHandler
  ResponseEntity<byte[]> notAcceptable(HttpMediaTypeNotAcceptableException e) {
    return problems.entityOf(MediaTypes.NOT_ACCEPTABLE);
  }

  @ExceptionHandler
  ResponseEntity<byte[]> wrongMediaType(HttpMediaTypeNotSupportedException e) {
    return problems.entityOf(MediaTypes.unsupported(MediaTypes.JSON));
  }

  @ExceptionHandler
  ResponseEntity<byte[]> tookTooLong(AsyncRequestTimeoutException e) {
    return problems.entityOf(
        Problem.of(503, "timeout", "The answer took too long.").withHeader("Retry-After", "1"));
  }

  /** The client has gone; there is none to answer. */
  @ExceptionHandler
  void gone(AsyncRequestNotUsableException e) {
    log.debug("A client went away before its answer was written");
  }

  @ExceptionHandler
  @Nullable ResponseEntity<byte[]> unexpected(Exception e, HttpServletResponse response)
      throws Exception {
    BegunAnswer.refuse(response, e);
    if (e instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
      return problems.entityOf(
          Problem.of(
              known.getStatusCode().value(), "bad_request", "The request cannot be understood."));
    }
    Optional<Problem> unreadable = UnreadableParameters.problemOf(e);
    if (unreadable.isPresent()) {
      return problems.entityOf(unreadable.get());
    }
    log.error("A request failed unexpectedly", e);
    return problems.entityOf(internal());
  }

  static Problem internal() {
    return Problem.of(500, "internal", "Something went wrong on our side.");
  }

  /** No path of this service's. */
  static Problem nothingHere() {
    return NOT_FOUND.because(GatewayHeaders.NO_SUCH_PATH);
  }

  private ResponseEntity<byte[]> invalid(String field, @Nullable String detail) {
    return problems.entityOf(
        Problem.ofField(field, Objects.requireNonNullElse(detail, "The value is not valid.")));
  }

  private static String nameOf(MethodParameter parameter) {
    return snakeCase(Objects.requireNonNullElse(parameter.getParameterName(), "parameter"));
  }

  private static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }
}
