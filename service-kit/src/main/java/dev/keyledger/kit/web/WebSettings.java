package dev.keyledger.kit.web;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param trustedProxies CIDRs of proxies whose {@code X-Forwarded-For} counts; none by default
 * @param maxBodySize of a request
 * @param organizationRequests of all organisations that a replica has under way at once, at least
 *     2; one alone gets half of them
 */
@ConfigurationProperties("keyledger")
public record WebSettings(
    @DefaultValue List<String> trustedProxies,
    @DefaultValue("64KB") DataSize maxBodySize,
    @DefaultValue("512") int organizationRequests) {}
