import { type Monotonic, Remembering } from './remembering.js'

/** What became of a token: `live`; `ended`, for ever; or `recheck`: the platform has to be asked. */
export type Verdict = 'live' | 'ended' | 'recheck'

/** As `GET /v1/revocations` tells it; times are in milliseconds since 1970. */
export interface Revocation {
  readonly stream: string
  readonly position: number
  readonly previous: number | undefined
  readonly subject: 'token' | 'session' | 'credential' | 'member' | 'organization'
  readonly id: string
  readonly issuedBefore: number
  readonly effect: 'end' | 'recheck'
  readonly endsTokens: boolean
  readonly at: number
  readonly expiresAt: number | undefined
}

/** What revocations can hit a token by. */
export interface TokenTraits {
  /** `jti` */
  readonly id: string
  readonly subject: string
  readonly organization: string | undefined
  readonly member: string | undefined
  readonly session: string | undefined
  readonly key: string | undefined
  /** In milliseconds since 1970. */
  readonly issuedAt: number
  /** Of the organisation, as the issuer knew it; -1 where it says none. */
  readonly position: number
}

const EVERYTHING = '*'
const CLOCKS_DIFFER = 60_000

/**
 * Everything that ended or changed within the longest life of a token: what is older than that hits no token any more
 * and is forgotten. Ledger changes are compared by position, never by a clock: a token whose issuer had applied the
 * change isn't hit by it.
 */
export class RevocationView {
  readonly #longestToken: number
  /** Ended for ever, by id: tokens, sessions, credentials, members. */
  readonly #ended: Remembering<true>
  /** Changed: tokens of this subject that were issued before this position are asked about. */
  readonly #changedAt: Remembering<number>
  /** The same where there are no positions to compare: by the time before which they were issued. */
  readonly #changedBefore: Remembering<number>
  /** Streams of which something was missed, other than an organisation's own. */
  readonly #missed: Remembering<true>
  /** Records that can't be read, and of which stream each is. */
  readonly #unreadable: Remembering<string>
  readonly #lastOfStream: Remembering<number>

  /**
   * @param longestToken the longest life of an access token, in milliseconds
   */
  constructor(longestToken: number, now: Monotonic) {
    this.#longestToken = longestToken
    this.#ended = new Remembering(now)
    this.#changedAt = new Remembering(now)
    this.#changedBefore = new Remembering(now)
    this.#missed = new Remembering(now)
    this.#unreadable = new Remembering(now)
    this.#lastOfStream = new Remembering(now)
  }

  /** Applies a record; one that was applied before changes nothing. */
  apply(revocation: Revocation): void {
    const { stream, position, previous } = revocation
    const last = this.#lastOfStream.get(stream)
    if (last !== undefined && position <= last) {
      return
    }
    if (last !== undefined && (previous === undefined || previous > last)) {
      this.#miss(stream, position)
    }
    this.#take(revocation)
    this.#lastOfStream.put(stream, position, this.#longestToken)
  }

  /**
   * A record that can't be read could have been anything of its stream.
   *
   * @param stream `undefined` where that can't be told: then every token is asked about
   */
  applyUnreadable(record: string, stream: string | undefined): void {
    this.#unreadable.put(record, stream ?? EVERYTHING, this.#longestToken)
  }

  /** Tokens are judged as if that record had never been; one that isn't known changes nothing. */
  acknowledge(record: string): void {
    this.#unreadable.delete(record)
  }

  judge(token: TokenTraits): Verdict {
    const isEnded = (id: string | undefined) => this.#ended.get(id) === true
    if (
      isEnded(token.id) ||
      isEnded(token.session) ||
      isEnded(token.key) ||
      (token.key === undefined && isEnded(token.member))
    ) {
      return 'ended'
    }
    // What becomes of a key's tokens when its creator leaves is a matter of policy.
    const creatorLeft = token.key !== undefined && isEnded(token.member)
    return creatorLeft || this.#isChanged(token) ? 'recheck' : 'live'
  }

  #isChanged(token: TokenTraits): boolean {
    const isOlder = (id: string | undefined) => token.position < (this.#changedAt.get(id) ?? Number.NEGATIVE_INFINITY)
    const isEarlier = (id: string | undefined) => token.issuedAt < (this.#changedBefore.get(id) ?? 0)
    const sessions = `sessions:${token.organization ?? token.subject}`
    return (
      isOlder(token.organization) ||
      isOlder(token.member) ||
      isOlder(token.key) ||
      isEarlier(token.id) ||
      isEarlier(token.session) ||
      this.#missed.get(sessions) === true ||
      this.#unreadable
        .values()
        .some((stream) => [EVERYTHING, token.organization, sessions].includes(stream) || sessions === `sessions:${stream}`)
    )
  }

  #miss(stream: string, position: number): void {
    if (stream.startsWith('sessions:')) {
      this.#missed.put(stream, true, this.#longestToken)
    } else {
      this.#raise(stream, position)
    }
  }

  #take(revocation: Revocation): void {
    const { id, position, effect } = revocation
    switch (revocation.subject) {
      case 'token':
      case 'session':
        if (effect === 'end') {
          this.#ended.put(id, true, this.#matters(revocation))
        } else {
          this.#changedBefore.put(id, revocation.issuedBefore, this.#longestToken)
        }
        break
      case 'credential':
        if (effect === 'recheck') {
          this.#raise(id, position)
        } else if (revocation.endsTokens) {
          this.#ended.put(id, true, this.#matters(revocation))
        }
        break
      case 'member':
        if (effect === 'end') {
          this.#ended.put(id, true, this.#matters(revocation))
        } else {
          this.#raise(id, position)
        }
        break
      case 'organization':
        // A suspended one too: its tokens rest, and whether they still do is for token-service to say.
        this.#raise(id, position)
    }
  }

  /** A single token's end matters until it would have died by itself. */
  #matters(revocation: Revocation): number {
    return revocation.expiresAt === undefined
      ? this.#longestToken
      : Math.min(this.#longestToken, revocation.expiresAt - revocation.at + CLOCKS_DIFFER)
  }

  #raise(id: string, position: number): void {
    this.#changedAt.put(id, Math.max(position, this.#changedAt.get(id) ?? position), this.#longestToken)
  }
}
