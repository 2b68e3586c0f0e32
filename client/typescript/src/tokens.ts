import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import { type Caller, callerOf, required, text } from './caller.js'
import { type Fetch } from './bounded-http.js'
import { Refused, Unavailable } from './refusal.js'
import type { Monotonic } from './remembering.js'
import type { TokenTraits } from './revocation-view.js'

/** A dated, frozen set (RFC 8725, section 3.1). */
const ALGORITHMS = ['EdDSA', 'ES256']
const FRESH = 5 * 60_000
const USABLE = 15 * 60_000
const BETWEEN_FETCHES = 5_000
const CLOCKS_DIFFER = 60_000

/** An access token (RFC 9068) whose signature, issuer, audience, type and time are good. */
export interface AccessToken {
  readonly traits: TokenTraits
  /** In milliseconds since 1970. */
  readonly expiresAt: number
  readonly lifetime: number
  /** Whether what it may do depends on the address that it is used from. */
  readonly addressBound: boolean
  callerAt(address: string): Caller
}

/** Milliseconds since 1970. */
export type WallClock = () => number

/** Verifies access tokens without asking the platform. */
export class TokenVerifier {
  readonly #issuer: string
  readonly #keys: JWTVerifyGetKey
  readonly #now: WallClock

  /**
   * @param issuer of the tokens, who is their audience too
   */
  constructor(issuer: string, keys: JWTVerifyGetKey, now: WallClock) {
    this.#issuer = issuer
    this.#keys = (header, token) => {
      // A set of one key would serve for any.
      if (header?.kid === undefined) {
        throw Refused.invalid()
      }
      return keys(header, token)
    }
    this.#now = now
  }

  /**
   * @throws Refused for anything that is not a token of this issuer, alive by the clock
   * @throws Unavailable when the signing keys can't be had
   */
  async verify(compact: string): Promise<AccessToken> {
    if (!isCanonical(compact)) {
      throw Refused.invalid()
    }
    try {
      const { payload } = await jwtVerify(compact, this.#keys, {
        issuer: this.#issuer,
        audience: this.#issuer,
        typ: 'at+jwt',
        algorithms: ALGORITHMS,
        requiredClaims: ['sub', 'jti', 'iat', 'exp', 'kind'],
        currentDate: new Date(this.#now()),
      })
      return this.#read(payload)
    } catch (error) {
      if (error instanceof errors.JWTExpired) {
        throw Refused.expired()
      }
      if (error instanceof Unavailable || error instanceof Refused) {
        throw error
      }
      if (error instanceof errors.JWKSTimeout || (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC')) {
        throw new Unavailable("the signing keys can't be fetched")
      }
      if (error instanceof errors.JOSEError || error instanceof TypeError) {
        throw Refused.invalid()
      }
      throw new Unavailable("the signing keys can't be fetched")
    }
  }

  #read(claims: JWTPayload): AccessToken {
    const issuedAt = typeof claims['iat_ms'] === 'number' ? claims['iat_ms'] : Number(claims.iat) * 1_000
    const expiresAt = Number(claims.exp) * 1_000
    const caller = callerOf(claims, '')
    const person = caller.subject.startsWith('per_')
    const good =
      caller.kind === 'api_key'
        ? !person && caller.key !== undefined
        : // A platform service presents its key itself.
          caller.kind !== 'service' && person && caller.session !== undefined
    if (
      !good ||
      (caller.kind !== 'operator' && caller.organization === undefined) ||
      issuedAt > this.#now() + CLOCKS_DIFFER
    ) {
      throw Refused.invalid()
    }
    text(claims, 'env')
    return {
      traits: {
        id: required(claims, 'jti'),
        subject: caller.subject,
        organization: caller.organization,
        member: caller.member,
        session: caller.session,
        key: caller.key,
        issuedAt,
        position: typeof claims['pos'] === 'number' ? claims['pos'] : -1,
      },
      expiresAt,
      lifetime: expiresAt - issuedAt,
      addressBound: claims['ipb'] === true,
      callerAt: (address) => ({ ...caller, address }),
    }
  }
}

/**
 * Signing keys from the platform's JWK set (RFC 7517). A set is fresh for five minutes and serves for another ten while
 * it can't be fetched; a `kid` that it lacks has it fetched again, but not more than once in five seconds.
 */
export function signingKeys(url: string, fetch: Fetch, timeout: number, now: Monotonic): JWTVerifyGetKey {
  const set = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: USABLE,
    cooldownDuration: BETWEEN_FETCHES,
    timeoutDuration: timeout,
    [customFetch]: fetch,
  })
  let askedAt = Number.NEGATIVE_INFINITY
  return async (header, token) => {
    if (set.fresh && now() - askedAt > FRESH) {
      askedAt = now()
      set.reload().catch(() => undefined)
    } else if (!set.fresh) {
      askedAt = now()
    }
    return set(header, token)
  }
}

/**
 * Whether each part is base64url without padding (RFC 7515, section 2) in which the bits that nobody reads are zero
 * (RFC 4648, section 3.5): without this a token would be as good with another last letter.
 */
export function isCanonical(compact: string): boolean {
  return compact.split('.').every((part) => {
    const last = ALPHABET.indexOf(part.charAt(part.length - 1))
    switch (part.length % 4) {
      case 0:
        return BASE64URL.test(part)
      case 2:
        return BASE64URL.test(part) && last % 16 === 0
      case 3:
        return BASE64URL.test(part) && last % 4 === 0
      default:
        return false
    }
  })
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const BASE64URL = /^[A-Za-z0-9_-]*$/
