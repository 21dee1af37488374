const liveMs = 10_000
const delayedMs = 120_000
const snapshotMs = 20 * 60_000

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

const offline = (age: number | null, open: boolean): LiveState => ({
  word: 'Offline',
  age,
  why: open ? 'No price has come for long' : 'There is no connection to the price stream',
})

/** Without a feed the prices are those of the last snapshot, and it is late when two of them are missing. */
function toSnapshotState({ open, priceAge, snapshotAge }: LiveSigns): LiveState {
  const age = priceAge === null || (snapshotAge !== null && snapshotAge < priceAge) ? snapshotAge : priceAge
  if (!open || age === null || age >= snapshotMs) return offline(age, open)
  return { word: 'Delayed', age, why: 'No live feed: prices are those of the last snapshot' }
}

/**
 * How live the prices are, told by the age of the last one: under 10 s, under 120 s, or more. A line that is open but
 * silent is not live, and neither is one whose server calls its feed stale, whatever the clock says.
 */
export function toLiveState(signs: LiveSigns): LiveState {
  const { open, source, stale, simulated, priceAge: age } = signs
  if (source === null || age === null) return toSnapshotState(signs)
  if (age >= delayedMs) return offline(age, open)
  if (!open) return { word: 'Delayed', age, why: 'The connection is lost and being made again' }
  if (stale || age >= liveMs) return { word: 'Delayed', age, why: 'No price has come for a while' }
  return simulated
    ? { word: 'Simulated', age, why: 'Prices come from the market simulator' }
    : { word: 'Live', age, why: 'Prices are streaming' }
}
