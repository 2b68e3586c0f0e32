// An admin's day, by nothing but the types that a generator made of the description: what isn't described doesn't compile.
import createClient from 'openapi-fetch'
import type { paths } from './openapi.js'

// What it takes: a success may also be a dry run, which is of another type and never asked for here.
type Taken = 'application/json' | 'application/problem+json'

function must<T>(what: string, answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${what}: ${answer.response.status} ${JSON.stringify(answer.error)}`)
  }
  return answer.data
}

export default async function adminsDay(baseUrl: string, email: string, password: string, organization: string) {
  const anybody = createClient<paths, Taken>({ baseUrl })
  const session = must('sign-in', await anybody.POST('/v1/sessions', { body: { email, password, organization } }))
  if (!('access_token' in session)) {
    throw new Error('a second step is due')
  }
  const api = createClient<paths, Taken>({ baseUrl, headers: { Authorization: `Bearer ${session.access_token}` } })
  const org = organization

  const created = must('create', await api.POST('/v1/organizations/{org}/keys', {
    params: { path: { org } },
    body: { name: 'Billing', environment: 'test', expires_in_days: 30 },
  }))
  if (!('key' in created)) {
    throw new Error('that was a dry run')
  }
  const key = created.key.id
  const keyPath = { path: { org, key } }
  const verified = must('verify', await api.POST('/v1/keys/verify', { body: { key: created.secret } }))
  const rotated = must('rotate', await api.POST('/v1/organizations/{org}/keys/{key}/rotate', {
    params: keyPath,
    body: { grace_period: 'PT1H' },
  }))
  const completed = must('complete', await api.POST('/v1/organizations/{org}/keys/{key}/rotation/complete', {
    params: keyPath,
  }))
  const renamed = must('rename', await api.PATCH('/v1/organizations/{org}/keys/{key}', {
    params: keyPath,
    body: { name: 'Billing (EU)' },
  }))
  const revoked = must('revoke', await api.POST('/v1/organizations/{org}/keys/{key}/revoke', {
    params: keyPath,
    body: { reason: 'end of day' },
  }))
  const at_least = revoked.receipt.position
  const listed = must('list', await api.GET('/v1/organizations/{org}/keys', {
    params: { path: { org }, query: { status: ['revoked'], at_least } },
  }))
  const history = must('history', await api.GET('/v1/organizations/{org}/events', {
    params: { path: { org }, query: { key, at_least } },
  }))
  const again = await api.POST('/v1/organizations/{org}/keys/{key}/rotate', { params: keyPath })
  return {
    status: created.key.status,
    verified: verified.code,
    overlap: rotated.previous_valid_until !== null,
    secrets: completed.key.secrets.length,
    name: renamed.key.name,
    in_force: revoked.receipt.in_force,
    listed: listed.items.map((one) => one.status),
    history: history.items.map((event) => event.type),
    refused: again.error && 'code' in again.error ? again.error.code : null,
  }
}
