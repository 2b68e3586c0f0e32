import { isKeySecret } from './key-secret.js'
import { Refused } from './refusal.js'

/**
 * What a request presents, not verified yet: a signed token has three parts (RFC 7515, section 7.1) and can be verified
 * here; an opaque one five (RFC 7516), which token-service alone can read; anything else is taken for an API key.
 */
export interface Credential {
  readonly kind: 'signed' | 'opaque' | 'key'
  readonly text: string
}

/** Headers of a request: of the Fetch standard, or Node's `headersDistinct` (its `headers` drop a second credential). */
export type PresentedHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * @returns `undefined` when the request presents none, or only of a scheme that isn't `Bearer`
 * @throws Refused 401 `multiple_credentials`: of two either could be meant
 */
export function credentialIn(headers: PresentedHeaders): Credential | undefined {
  const authorization = all(headers, 'authorization')
  const apiKey = all(headers, 'x-api-key')
  if (authorization.length + apiKey.length > 1) {
    throw Refused.multiple()
  }
  if (apiKey[0] !== undefined) {
    return { kind: 'key', text: apiKey[0].trim() }
  }
  const bearer = /^bearer (.*)$/is.exec(authorization[0] ?? '')?.[1]?.trim()
  return bearer ? credentialOf(bearer) : undefined
}

/** Told apart by form alone; a secret of ours has no dots. */
export function credentialOf(text: string): Credential {
  const parts = text.split('.').length
  return { kind: parts === 3 ? 'signed' : parts === 5 ? 'opaque' : 'key', text }
}

/** Junk is refused without a question. */
export function couldBeGood(credential: Credential): boolean {
  return credential.kind !== 'key' || isKeySecret(credential.text)
}

function all(headers: PresentedHeaders, name: string): readonly string[] {
  if (headers instanceof Headers) {
    // What stood in several is joined by commas, of which no credential has any.
    const joined = headers.get(name)
    return joined === null ? [] : joined.split(',')
  }
  const found: string[] = []
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() === name && value !== undefined) {
      found.push(...(typeof value === 'string' ? value.split(',') : value.flatMap((one) => one.split(','))))
    }
  }
  return found
}
