/** A cookie, because the server renders the table with the chosen columns. */
export const columnsCookie = 'cryptoflow_columns'

type Optional = { id: string; byDefault: boolean }

/** The columns in a cookie value: those that differ from the default. Unknown ids are ignored. */
export function toToggled(text: string | undefined, optional: readonly Optional[]): string[] {
  const named = (text ?? '').split('.')
  return optional.map(({ id }) => id).filter((id) => named.includes(id))
}

/** The optional columns to show: those that the URL names, otherwise the user's choice. */
export function toShown(named: string | null, toggled: readonly string[], optional: readonly Optional[]): string[] {
  const inUrl = named?.split('.')
  return optional
    .filter(({ id, byDefault }) => inUrl?.includes(id) ?? byDefault !== toggled.includes(id))
    .map(({ id }) => id)
}

/** The cookie value of a choice. */
export const fromShown = (shown: readonly string[], optional: readonly Optional[]): string =>
  optional
    .filter(({ id, byDefault }) => shown.includes(id) !== byDefault)
    .map(({ id }) => id)
    .join('.')
