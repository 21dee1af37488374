/** Control characters (NUL among them) and halves of a surrogate pair, which are no text. */
const noText = /[\p{Cc}\p{Cs}]/gu

/** NUL and halves of a surrogate pair: neither `text` nor `jsonb` of PostgreSQL holds them. */
const unstorable = /[\0\p{Cs}]/gu

/** Text without control characters and halves of a surrogate pair, trimmed. */
export const cleanText = (text: string): string => text.replace(noText, '').trim()

/** The first `maxLength` UTF-16 units, without cutting a character in half. */
export const cutText = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')

/** Text that PostgreSQL can hold: what it cannot is written as `\u0000`. */
export const toStorableText = (text: string): string =>
  text.replace(unstorable, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** JSON text as `jsonb` can hold it: escapes of NUL and of halves of a surrogate pair become plain text. */
export const toStorableJson = (json: string): string =>
  json.replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/gi, (found) => (found === '\\\\' ? found : `\\${found}`))
