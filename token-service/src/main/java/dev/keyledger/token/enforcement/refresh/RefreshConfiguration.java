package dev.keyledger.token.enforcement.refresh;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KeyRefreshSettings.class)
class RefreshConfiguration {}
