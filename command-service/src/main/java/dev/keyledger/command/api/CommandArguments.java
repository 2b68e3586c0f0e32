package dev.keyledger.command.api;

import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.events.id.OrganizationId;
import java.util.List;
import org.springframework.stereotype.Component;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Lets a command's handler method take its {@link CommandContext} and the {@link OrganizationId} of
 * its path.
 */
@Component
final class CommandArguments implements WebMvcConfigurer {
  static final String ORGANIZATION = "org";

  private final CommandContextResolver context;
  private final OrganizationIdResolver organization;

  CommandArguments(CommandContextResolver context, OrganizationIdResolver organization) {
    this.context = context;
    this.organization = organization;
  }

  @Override
  public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
    resolvers.addAll(List.of(context, organization));
  }
}
