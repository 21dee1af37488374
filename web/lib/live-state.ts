const liveMs = 10_000
const delayedMs = 120_000

/** What is known of the price stream; ages in ms, null where there is none yet. */
export type LiveSigns = {
  open: boolean
  source: string | null
  /** What the server itself says of its feed. */
  stale: boolean
  simulated: boolean
  priceAge: number | null
  snapshotAge: number | null
}

export type LiveState = { word: 'Live' | 'Simulated' | 'Delayed' | 'Offline'; age: number | null; why: string }

/** The newest price that is shown, streamed or of a snapshot. */
const toAge = ({ priceAge, snapshotAge }: LiveSigns): number | null =>
  priceAge === null || snapshotAge === null ? (priceAge ?? snapshotAge) : Math.min(priceAge, snapshotAge)

/**
 * How live the prices are, told by the age of the last one: under 10 s, under 120 s, or more. A line that is open but
 * silent is not live, and neither is one without a feed, or whose server calls its feed stale, whatever the clock says.
 */
export function toLiveState(signs: LiveSigns): LiveState {
  const { open, source, stale, simulated, priceAge } = signs
  if (open && source !== null && !stale && priceAge !== null && priceAge < liveMs)
    return simulated
      ? { word: 'Simulated', age: priceAge, why: 'Prices come from the market simulator' }
      : { word: 'Live', age: priceAge, why: 'Prices are streaming' }
  const age = toAge(signs)
  const word = age !== null && age < delayedMs ? 'Delayed' : 'Offline'
  if (!open) return { word, age, why: 'The connection is lost and being made again' }
  if (source === null) return { word, age, why: 'No live feed answers: prices are those of the last snapshot' }
  return { word, age, why: 'No price has come for a while' }
}
