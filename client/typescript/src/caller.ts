/** Who was verified. Only an authenticator makes one. */
export interface Caller {
  readonly kind: 'operator' | 'member' | 'api_key' | 'service'
  /** Of whom the credential speaks: a person's or a key's id. */
  readonly subject: string
  /** `undefined` for an operator, who belongs to none, and for a platform service. */
  readonly organization: string | undefined
  /** Of the organisation, so that a path may name it either way. */
  readonly slug: string | undefined
  /** Set for a member, and for an API key that acts for one. */
  readonly member: string | undefined
  /** Set for an API key, a token obtained with one, and a platform service. */
  readonly key: string | undefined
  /** Set for a person. */
  readonly session: string | undefined
  readonly environment: string | undefined
  /** What the credential may do, at the time of this call. */
  readonly permissions: ReadonlySet<string>
  readonly address: string
}

/** An operator may everything; anybody else what their permissions say. */
export function may(caller: Caller, permission: string): boolean {
  return caller.kind === 'operator' || caller.permissions.has(permission)
}

/**
 * Whether the caller may be told of this organisation at all.
 *
 * @param organization its id or slug
 */
export function belongsTo(caller: Caller, organization: string): boolean {
  return (
    caller.kind === 'operator' ||
    caller.kind === 'service' ||
    (caller.organization !== undefined && [caller.organization, caller.slug].includes(organization))
  )
}

/** Claims of a token and fields of an introspection (RFC 7662) that say who it is. */
export function callerOf(said: Readonly<Record<string, unknown>>, address: string): Caller {
  return {
    kind: kindOf(said['kind']),
    subject: required(said, 'sub'),
    organization: text(said, 'org'),
    slug: text(said, 'slug'),
    member: text(said, 'mem'),
    key: text(said, 'key_id'),
    session: text(said, 'sid'),
    environment: text(said, 'env'),
    permissions: new Set((text(said, 'scope') ?? '').split(' ').filter((one) => one !== '')),
    address,
  }
}

function kindOf(kind: unknown): Caller['kind'] {
  if (kind === 'operator' || kind === 'member' || kind === 'api_key' || kind === 'service') {
    return kind
  }
  throw new TypeError('no kind of caller')
}

export function text(said: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = said[name]
  if (value === undefined || value === null) {
    return undefined
  }
  if (typeof value !== 'string') {
    throw new TypeError(`${name} is no text`)
  }
  return value
}

export function required(said: Readonly<Record<string, unknown>>, name: string): string {
  const value = text(said, name)
  if (value === undefined) {
    throw new TypeError(`${name} is missing`)
  }
  return value
}
