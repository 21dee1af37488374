import { type Chooser, hostileTexts } from './fuzz.ts'

/** JSON texts of values that are known to break pipelines. */
const hostileValues: readonly string[] = [
  ...hostileTexts.map((text) => JSON.stringify(text)),
  ...'null true [] {} [1] {"a":1} 0 -0 -1 0.5 2147483648 1e400 -1e400 1e-400 5e-324 -5e-324 1.7e308 -1.7e308'.split(
    ' ',
  ),
  ...'1e12 1.0000001e12 1e-18 9e-19 1e18 1.1e18 1e30 1.1e30 -100 -99.99999999999999 -100.1 1e15 1.1e15 1e-30'.split(
    ' ',
  ),
  ...['', ' ', '12', 'NaN', '1e5', 'a\u0000b', '\ud83d', '\udc00x', 'bitcoin', 'ethereum'].map((text) =>
    JSON.stringify(text),
  ),
  ...['0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '1969-12-31T23:59:59Z', '+275760-09-13T00:00:00Z'].map((text) =>
    JSON.stringify(text),
  ),
  '['.repeat(300) + ']'.repeat(300),
  '['.repeat(20_000) + ']'.repeat(20_000),
  JSON.stringify('long '.repeat(6000)),
  JSON.stringify('\u0000🚀\ud800'.repeat(2000)),
]

/** The JSON text of such a value, or of a number of any size and sign. */
function toHostileValue({ chance, below, pick }: Chooser): string {
  if (chance(0.7)) return pick(hostileValues)
  return `${chance(0.3) ? '-' : ''}${1 + below(9)}.${below(1e6)}e${below(660) - 330}`
}

/** The JSON text of a row with one to three fields changed, removed or repeated. 2 % of the results are not a row. */
export function mutateRow(row: Record<string, unknown>, chooses: Chooser): { text: string; count: number } {
  const { chance, below, pick } = chooses
  if (chance(0.02)) return { text: toHostileValue(chooses), count: 1 }
  const count = 1 + below(3)
  const fields = Object.entries(row).map(([name, value]) => [name, JSON.stringify(value)] as [string, string])
  for (let left = count; left > 0; left -= 1) {
    const field = pick(fields)
    if (chance(0.1)) fields.splice(fields.indexOf(field), 1)
    else if (chance(0.05)) fields.push([field[0], toHostileValue(chooses)])
    else field[1] = toHostileValue(chooses)
  }
  return { text: `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`, count }
}

/** The JSON text of a chart point with its time, its value or all of it changed. */
export function mutatePair([at, value]: [number, number], chooses: Chooser): string {
  const { chance } = chooses
  if (chance(0.1)) return toHostileValue(chooses)
  return chance(0.3) ? `[${toHostileValue(chooses)},${value}]` : `[${at},${toHostileValue(chooses)}]`
}

/** The JSON text of a price frame with `share` of its values changed. Some are truncated or not a frame. */
export function mutateFrame(
  prices: Record<string, string>,
  share: number,
  chooses: Chooser,
): { frame: string; count: number } {
  const { chance, below } = chooses
  let count = 0
  const parts = Object.entries(prices).map(([id, price]) => {
    if (!chance(share)) return `${JSON.stringify(id)}:${JSON.stringify(price)}`
    count += 1
    return chance(0.1)
      ? `${toHostileValue(chooses).startsWith('"') ? '"x"' : '"y"'}:1`
      : `${JSON.stringify(id)}:${toHostileValue(chooses)}`
  })
  const frame = `{${parts.join(',')}}`
  if (chance(0.03)) return { frame: frame.slice(0, below(frame.length)), count: count + 1 }
  return chance(0.02) ? { frame: toHostileValue(chooses), count: count + 1 } : { frame, count }
}
