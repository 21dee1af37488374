/** What went wrong with a form, and which field it is about; null: about none of them. */
export type Failure = { field: string | null; message: string }

/** Words of the server that tell which field it means; the first that fits decides. */
const signs: readonly [RegExp, string][] = [
  [/^email\b|body\/email|This email/, 'email'],
  [/^full_name\b|body\/full_name/, 'full_name'],
  [/Current password|body\/current_password/, 'current_password'],
  [/body\/new_password/, 'new_password'],
  [/password/i, 'password'],
]

/** Puts the server's words to the field of this form that they are about. */
export function toFailure(error: unknown, fields: readonly string[]): Failure {
  const words = error instanceof Error ? error.message : 'Something failed: try again.'
  const meant = signs.find(([sign]) => sign.test(words))?.[1]
  const message = words.replace(/^email\b/, 'The email').replace(/^full_name\b/, 'The name')
  const isPassword = meant?.endsWith('password') === true
  const field = fields.find((name) => name === meant) ?? fields.find((name) => isPassword && name.endsWith('password'))
  return { field: field ?? null, message }
}
