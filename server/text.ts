/** Control characters, including NUL, and lone surrogates. */
const noText = /[\p{Cc}\p{Cs}]/gu

/** NUL and lone surrogates. PostgreSQL can't store them in `text` or `jsonb`. */
const unstorable = /[\0\p{Cs}]/gu

/** Trimmed text without control characters and lone surrogates. */
export const cleanText = (text: string): string => text.replace(noText, '').trim()

/** The first `maxLength` UTF-16 units, without cutting a character in half. */
export const cutText = (text: string, maxLength: number): string =>
  text.length <= maxLength ? text : text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')

/** Text that PostgreSQL can store. Other characters are escaped like `\u0000`. */
export const toStorableText = (text: string): string =>
  text.replace(unstorable, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** JSON text that `jsonb` can store. Escapes of NUL and of lone surrogates become plain text. */
export const toStorableJson = (json: string): string =>
  json.replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/gi, (found) => (found === '\\\\' ? found : `\\${found}`))
