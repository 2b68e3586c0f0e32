// Shows /openapi.json, or that of a published system (/docs/incard). Nothing of another host is asked, and no credential is kept.
window.addEventListener('DOMContentLoaded', () => {
  const dialect = window.location.pathname.split('/')[2];
  SwaggerUIBundle({
    url: dialect ? `/openapi/${encodeURIComponent(dialect)}.json` : '/openapi.json',
    dom_id: '#api',
    deepLinking: true,
    docExpansion: 'none',
    filter: true,
    persistAuthorization: false,
    validatorUrl: null,
    defaultModelsExpandDepth: 0,
  });
});
