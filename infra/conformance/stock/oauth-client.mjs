// An OAuth client as anybody would write it with openid-client. Prints one line of JSON.
import * as client from 'openid-client'
import { attempt, discovered } from './discovery.mjs'

const config = await discovered()

const granted = await client.clientCredentialsGrant(config)
const line = {
  metadata: config.serverMetadata(),
  granted: {
    token_type: granted.token_type,
    expires_in: granted.expires_in,
    scope: granted.scope,
    has_refresh_token: 'refresh_token' in granted,
  },
  introspected: await client.tokenIntrospection(config, granted.access_token),
}
await client.tokenRevocation(config, granted.access_token)
line.introspected_after_revocation = await client.tokenIntrospection(config, granted.access_token)

const narrow = await client.clientCredentialsGrant(config, { scope: 'clients.read' })
line.narrowed = await client.tokenIntrospection(config, narrow.access_token)
line.widened = await attempt(client.clientCredentialsGrant(config, { scope: 'planets.destroy' }))

if (granted.refresh_token) {
  const refreshed = await client.refreshTokenGrant(config, granted.refresh_token)
  line.refreshed = await client.tokenIntrospection(config, refreshed.access_token)
  await client.tokenRevocation(config, refreshed.refresh_token)
  line.refreshed_after_revocation = await attempt(client.refreshTokenGrant(config, refreshed.refresh_token))

  const other = await client.clientCredentialsGrant(config)
  const successor = await client.refreshTokenGrant(config, other.refresh_token)
  const again = await client.refreshTokenGrant(config, other.refresh_token)
  line.answered_again = again.refresh_token === successor.refresh_token && again.access_token === successor.access_token
  const next = await client.refreshTokenGrant(config, successor.refresh_token)
  line.refreshed_twice = await attempt(client.refreshTokenGrant(config, other.refresh_token))
  line.refreshed_after_theft = await attempt(client.refreshTokenGrant(config, next.refresh_token))
}

console.log(JSON.stringify(line))
