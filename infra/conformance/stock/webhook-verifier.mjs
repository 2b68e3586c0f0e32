// A receiver of webhooks that verifies by standardwebhooks or svix and reads the event by cloudevents: a line in with the
// library, the secret, the headers and the body as they came, a line of JSON out.
import { createInterface } from 'node:readline'
import { HTTP } from 'cloudevents'
import { Webhook as Standard } from 'standardwebhooks'
import { Webhook as Svix } from 'svix'

const libraries = { standardwebhooks: Standard, svix: Svix }

console.log(JSON.stringify({ ready: true }))
for await (const line of createInterface({ input: process.stdin })) {
  const { library, secret, headers, body } = JSON.parse(line)
  try {
    const verified = new libraries[library](secret).verify(body, headers)
    const event = HTTP.toEvent({ headers, body })
    event.validate()
    console.log(JSON.stringify({ good: true, verified, event }))
  } catch (error) {
    console.log(JSON.stringify({ good: false, code: error.constructor.name, message: error.message }))
  }
}
