const key = 'cryptoflow_star'

/** A coin whose star somebody pressed who was not signed in, and the page on which that was. */
type StarIntent = { coin_id: number; back: string }

export const rememberStar = (intent: StarIntent): void => sessionStorage.setItem(key, JSON.stringify(intent))

/** The coin to star once its reader is back at `back`; each is told once, and only there. */
export function takeStar(back: string): number | undefined {
  const text = sessionStorage.getItem(key)
  sessionStorage.removeItem(key)
  if (text === null) return undefined
  const intent: StarIntent = JSON.parse(text)
  return intent.back === back ? intent.coin_id : undefined
}
