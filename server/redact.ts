const parameter = String.raw`(?:(?:api_?key|x_cg_(?:demo|pro)_api_key|password|secret|token|cryptoflow_session)=|[?&]key=|\bbearer\s+|authorization\W{1,4}basic\s+)`
const field = String.raw`(?:api[_-]?key|password|secret|token|authorization)\\?"\s*:\s*\\?"`
const inText = new RegExp(
  String.raw`(${parameter})[^&\s"'\\;,]+|([\w-]*${field})[^"\\]+|(\/\/[^:/\s"]*:)[^@\s"]+@`,
  'gi',
)
const bare = /\bCG-[\w-]{4,}|\bcf_[\w-]{20,}|\beyJ[\w-]+\.[\w-]+\.[\w-]*|\$argon2id\$[\w$=,+/]+/g
/** Shorter secrets may be common words, and redacting them would damage other text. */
const minLength = 6

let configured: RegExp | null = null

const toForms = (secret: string): string[] => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]

/** Makes `redactText` remove these values: the configured keys and passwords. */
export function hideSecrets(secrets: readonly string[]): void {
  const forms = new Set(secrets.filter(({ length }) => length >= minLength).flatMap(toForms))
  const longestFirst = [...forms]
    .sort((a, b) => b.length - a.length)
    .map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  configured = longestFirst.length === 0 ? null : new RegExp(longestFirst.join('|'), 'g')
}

/** Removes configured secrets and everything that looks like a key, password or token. */
export function redactText(text: string): string {
  const known = configured === null ? text : text.replace(configured, '[redacted]')
  return known
    .replace(inText, (_all, name?: string, member?: string, credentials?: string) =>
      credentials === undefined ? `${name ?? member}[redacted]` : `${credentials}[redacted]@`,
    )
    .replace(bare, '[redacted]')
}

/** The first `max` characters of a response. Redacts first, because a truncated key would not be recognized. */
export const toExcerpt = (text: string, max: number): string => redactText(text).slice(0, max)
