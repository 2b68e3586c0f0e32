// A receiver of webhooks that verifies by standardwebhooks: a line in with the secret,
// the headers and the body as they came, a line of JSON out.
import { createInterface } from 'node:readline'
import { Webhook } from 'standardwebhooks'

console.log(JSON.stringify({ ready: true }))
for await (const line of createInterface({ input: process.stdin })) {
  const { secret, headers, body } = JSON.parse(line)
  try {
    console.log(JSON.stringify({ good: true, event: new Webhook(secret).verify(body, headers) }))
  } catch (error) {
    console.log(JSON.stringify({ good: false, code: error.constructor.name, message: error.message }))
  }
}
