import { required, text } from './caller.js'
import type { Monotonic } from './remembering.js'
import { type Revocation, RevocationView, type TokenTraits, type Verdict } from './revocation-view.js'

const CLOCK_MARGIN = 5 * 60_000

type Json = Readonly<Record<string, unknown>>

/** Where a page ended. */
export interface Place {
  /** For `after` of the next page. */
  readonly next: string
  /** Whether it is there already. */
  readonly more: boolean
  /** Whether it, or one that it went on from, began at the beginning. */
  readonly begun: boolean
  /** Whether it told of any end. */
  readonly news: boolean
}

/**
 * What pages and events of `GET /v1/revocations` have told, of whom, and how old that may be: everything about following
 * it but the network. Told by an organisation's own key it knows of that organisation alone: about anybody else's token,
 * and about one of no organisation, the platform has to be asked.
 */
export class ToldRevocations {
  readonly #maxStaleness: number
  readonly #now: Monotonic
  readonly #view: RevocationView
  #scope: { readonly organization: string | undefined } | undefined
  #confirmedAskedAt = Number.NEGATIVE_INFINITY

  /**
   * @param longestToken the longest life of an access token, in milliseconds
   * @param maxStaleness how old what is known may be until the platform is asked again, in milliseconds
   */
  constructor(longestToken: number, maxStaleness: number, now: Monotonic) {
    this.#maxStaleness = maxStaleness
    this.#now = now
    this.#view = new RevocationView(longestToken + CLOCK_MARGIN, now)
  }

  /**
   * @param askedAt by monotonic time, before the page was asked for
   * @param begun whether one of the pages that it goes on from began at the beginning already
   * @throws TypeError where it can't be read; what it told until then counts, its age doesn't
   */
  page(page: Json, askedAt: number, begun: boolean): Place {
    const reset = flag(page, 'reset')
    if (begun && reset) {
      throw new TypeError("replicas of the feed don't agree about places in it")
    }
    this.#scope = { organization: text(page, 'organization') }
    const revocations = list(page, 'revocations')
    revocations.forEach((one) => this.#view.apply(revocationOf(json(one))))
    list(page, 'unreadable').forEach((one) => this.#unreadable(json(one)))
    list(page, 'acknowledged').forEach((record) => this.#view.acknowledge(String(record)))
    const more = flag(page, 'more')
    const age = page['age_ms']
    if (!more && flag(page, 'fresh') && typeof age === 'number') {
      this.#confirmedAskedAt = Math.max(this.#confirmedAskedAt, askedAt - age)
    }
    return { next: required(page, 'next'), more, begun: begun || reset, news: revocations.length > 0 }
  }

  /**
   * An event of the stream. It counts at once, and makes nothing fresh: one that lay in a buffer would be taken for young.
   *
   * @throws TypeError where it can't be read; the next page tells the same
   */
  event(name: string, data: string): void {
    switch (name) {
      case 'revocation':
        this.#view.apply(revocationOf(json(parsed(data))))
        break
      case 'unreadable':
        this.#unreadable(json(parsed(data)))
        break
      case 'acknowledged':
        this.#view.acknowledge(required(json(parsed(data)), 'record'))
    }
  }

  #unreadable(one: Json): void {
    this.#view.applyUnreadable(required(one, 'record'), text(one, 'stream'))
  }

  /** In milliseconds; infinite while nothing is known. */
  age(): number {
    return this.#now() - this.#confirmedAskedAt
  }

  /** Whether {@link judge} may be relied on now. */
  isFresh(): boolean {
    return this.age() < this.#maxStaleness
  }

  judge(token: TokenTraits): Verdict {
    const scope = this.#scope
    return scope !== undefined && (scope.organization === undefined || scope.organization === token.organization)
      ? this.#view.judge(token)
      : 'recheck'
  }
}

const SUBJECTS = ['token', 'session', 'credential', 'member', 'organization'] as const
const EFFECTS = ['end', 'recheck'] as const

function revocationOf(one: Json): Revocation {
  return {
    stream: required(one, 'stream'),
    position: number(one, 'position'),
    previous: one['previous'] === undefined || one['previous'] === null ? undefined : number(one, 'previous'),
    subject: oneOf(SUBJECTS, one, 'subject'),
    id: required(one, 'id'),
    issuedBefore: time(one, 'issued_before'),
    effect: oneOf(EFFECTS, one, 'effect'),
    endsTokens: flag(one, 'ends_tokens'),
    at: time(one, 'at'),
    expiresAt: text(one, 'expires_at') === undefined ? undefined : time(one, 'expires_at'),
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    throw new TypeError('no JSON')
  }
}

function json(value: unknown): Json {
  if (typeof value !== 'object' || value === null) {
    throw new TypeError('no object')
  }
  return value as Json
}

function list(of: Json, name: string): readonly unknown[] {
  const value = of[name]
  if (!Array.isArray(value)) {
    throw new TypeError(`${name} is no list`)
  }
  return value
}

function flag(of: Json, name: string): boolean {
  const value = of[name]
  if (typeof value !== 'boolean') {
    throw new TypeError(`${name} is neither true nor false`)
  }
  return value
}

function number(of: Json, name: string): number {
  const value = of[name]
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new TypeError(`${name} is no whole number`)
  }
  return value
}

/** A part of a millisecond counts as a whole one: rounded down, it would leave out a token that is hit. */
function time(of: Json, name: string): number {
  const written = required(of, name)
  const value = Date.parse(written)
  if (Number.isNaN(value)) {
    throw new TypeError(`${name} is no time`)
  }
  return /\.\d{3}0*[1-9]/.test(written) ? value + 1 : value
}

function oneOf<T extends string>(known: readonly T[], of: Json, name: string): T {
  const value = known.find((one) => one === of[name])
  if (value === undefined) {
    throw new TypeError(`${name} is of a later release`)
  }
  return value
}
