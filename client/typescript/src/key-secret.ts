/**
 * The form of an API key's secret: a prefix, `_`, one character that names a pepper, 43 of 32 random bytes in base62 and
 * six of CRC-32, in base62 too. A scanner that finds text of this form asks {@link isKeySecret} whether it is one.
 */
export const KEY_SECRET = /[a-z0-9_]{1,32}_[0-9A-Za-z]{50}/

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const CHECKSUM = 6
const WHOLE = new RegExp(`^${KEY_SECRET.source}$`)

/** Whether form and checksum are right; whether it was ever issued the platform alone can tell. */
export function isKeySecret(text: string): boolean {
  const end = text.length - CHECKSUM
  return WHOLE.test(text) && text.slice(end) === base62(crc32(text.slice(0, end)))
}

function crc32(text: string): number {
  let crc = 0xffffffff
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i)
    for (let bit = 0; bit < 8; bit++) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
    }
  }
  return (crc ^ 0xffffffff) >>> 0
}

function base62(number: number): string {
  let text = ''
  for (let i = 0; i < CHECKSUM; i++) {
    text = DIGITS.charAt(number % 62) + text
    number = Math.floor(number / 62)
  }
  return text
}
