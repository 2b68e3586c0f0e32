// The same client with a secret that isn't its own: what does its library make of the refusals?
import * as client from 'openid-client'
import { attempt, discovered } from './discovery.mjs'

const config = await discovered()

console.log(
  JSON.stringify({
    granted: await attempt(client.clientCredentialsGrant(config)),
    introspected: await attempt(client.tokenIntrospection(config, 'a token')),
    revoked: await attempt(client.tokenRevocation(config, 'a token')),
  }),
)
