package dev.keyledger.command.api;

import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.Prefer;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Lets a command's handler method take its {@link CommandContext}, the {@link OrganizationId} of
 * its path and what the client {@linkplain Prefer prefers}.
 */
@Component
final class CommandArguments implements WebMvcConfigurer {
  static final String ORGANIZATION = "org";
  static final String PREFER = "Prefer";

  private final CommandContextResolver context;
  private final OrganizationIdResolver organization;
  private final PreferResolver prefer;

  CommandArguments(
      CommandContextResolver context, OrganizationIdResolver organization, PreferResolver prefer) {
    this.context = context;
    this.organization = organization;
    this.prefer = prefer;
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.addAll(List.of(context, organization, prefer));
  }
}
