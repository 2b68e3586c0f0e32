// What kcat read of a topic, a record a line of its own JSON, as cloudevents understands records of Kafka.
import { createInterface } from 'node:readline'
import { Kafka } from 'cloudevents'

console.log(JSON.stringify({ ready: true }))
for await (const line of createInterface({ input: process.stdin })) {
  const { key, payload, headers: flat } = JSON.parse(line)
  const headers = {}
  for (let i = 0; i < flat.length; i += 2) headers[flat[i]] = flat[i + 1]
  try {
    const message = { key, value: payload, body: payload, headers }
    if (!Kafka.isEvent(message)) throw new Error('no CloudEvent in binary mode')
    const event = Kafka.toEvent(message)
    event.validate()
    console.log(JSON.stringify({ good: true, key, event }))
  } catch (error) {
    console.log(JSON.stringify({ good: false, message: `${error.message} ${JSON.stringify(error.errors ?? '')}` }))
  }
}
