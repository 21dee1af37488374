/** What went wrong with a form, and in which field; null: in none of them. */
export type Failure = { field: string | null; message: string }

/** Patterns of server messages and the field they concern; the first match counts. */
const patterns: readonly [RegExp, string][] = [
  [/^email\b|body\/email|This email/, 'email'],
  [/^full_name\b|body\/full_name/, 'full_name'],
  [/Current password|body\/current_password/, 'current_password'],
  [/body\/new_password/, 'new_password'],
  [/\bname must\b/, 'name'],
  [/\brequests_per_minute\b/, 'requests_per_minute'],
  [/password/i, 'password'],
]

/** Assigns an error of the server to a field of this form. */
export function toFailure(error: unknown, fields: readonly string[]): Failure {
  const text = error instanceof Error ? error.message : 'Something went wrong. Try again.'
  const target = patterns.find(([pattern]) => pattern.test(text))?.[1]
  const message = text.replace(/^email\b/, 'The email').replace(/^full_name\b/, 'The name')
  const isPassword = target?.endsWith('password') === true
  const field = fields.find((name) => name === target) ?? fields.find((name) => isPassword && name.endsWith('password'))
  return { field: field ?? null, message }
}
