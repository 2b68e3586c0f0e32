/** What HTTP asks for beside a refusal: `www-authenticate` (RFC 6750, section 3) or `retry-after`. */
export type RefusalHeaders = Readonly<Record<string, string>>

/**
 * A credential that is not good here, or can't be judged now: an answer's status (401, 403 or 503), a stable code that
 * clients may switch on, a sentence for people, and headers. It never holds the credential.
 */
export class Refused extends Error {
  override readonly name = 'Refused'

  private constructor(
    readonly status: 401 | 403 | 503,
    readonly code: string,
    readonly detail: string,
    readonly headers: RefusalHeaders = {},
  ) {
    super(code)
  }

  /** RFC 6750, section 3.1: a request without a credential is told no more than the scheme. */
  static missing(): Refused {
    return new Refused(401, 'unauthenticated', 'This needs a credential.', { 'www-authenticate': 'Bearer' })
  }

  /** Of two credentials either could be meant. */
  static multiple(): Refused {
    return new Refused(401, 'multiple_credentials', 'Present one credential, not several.', {
      'www-authenticate': 'Bearer error="invalid_request"',
    })
  }

  static invalid(): Refused {
    return Refused.#unauthenticated('invalid_credential', 'The credential is not valid.')
  }

  static expired(): Refused {
    return Refused.#unauthenticated('credential_expired', 'The credential has expired.')
  }

  static revoked(): Refused {
    return Refused.#unauthenticated('credential_revoked', 'The credential has been revoked.')
  }

  /** Of an API key, for a while, and of what was derived from it. */
  static suspended(): Refused {
    return Refused.#unauthenticated('credential_suspended', 'The credential is suspended.')
  }

  static wrongEnvironment(): Refused {
    return Refused.#unauthenticated(
      'wrong_environment',
      'The credential belongs to another environment than this host.',
    )
  }

  static forbidden(): Refused {
    return new Refused(403, 'forbidden', 'The credential does not permit this.')
  }

  /** Never a yes from an old view. */
  static notFresh(): Refused {
    return new Refused(503, 'not_fresh', 'Whether the credential is still good cannot be told now.', {
      'retry-after': '1',
    })
  }

  /**
   * @param code as introspection gives it; `undefined` where it doesn't say
   */
  static of(code: string | undefined): Refused {
    switch (code) {
      case 'ip_not_allowed':
        return new Refused(403, code, 'The credential may not be used from this address.')
      case 'organization_suspended':
        return new Refused(403, code, 'The organisation is suspended.')
      case 'wrong_environment':
        return Refused.wrongEnvironment()
      case 'revoked':
        return Refused.revoked()
      case 'expired':
        return Refused.expired()
      case 'key_suspended':
        return Refused.suspended()
      default:
        return Refused.invalid()
    }
  }

  static #unauthenticated(code: string, detail: string): Refused {
    return new Refused(401, code, detail, { 'www-authenticate': 'Bearer error="invalid_token"' })
  }
}

/** The platform can't be asked, or its answer can't be read. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
}
