/** Remembers the columns that a reader hid, so that the server's first paint has the chosen ones already. */
export const columnsCookie = 'cryptoflow_columns'

/** The hidden columns that a cookie names; what is no column is left out. */
export function toHidden(text: string | undefined, optional: readonly { id: string }[]): string[] {
  const named = (text ?? '').split('.')
  return optional.map(({ id }) => id).filter((id) => named.includes(id))
}

export const fromHidden = (hidden: readonly string[]): string => hidden.join('.')
