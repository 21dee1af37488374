/** A cookie, because the server renders the table with the chosen columns. */
export const columnsCookie = 'cryptoflow_columns'

/** The hidden columns in a cookie value. Unknown ids are ignored. */
export function toHidden(text: string | undefined, optional: readonly { id: string }[]): string[] {
  const named = (text ?? '').split('.')
  return optional.map(({ id }) => id).filter((id) => named.includes(id))
}

export const fromHidden = (hidden: readonly string[]): string => hidden.join('.')
