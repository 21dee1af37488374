import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('./src/pro/', import.meta.resolve('ccxt'))

/** The ccxt file of one exchange. Loading it takes a third of the time and memory of the whole library. */
export const toExchangeModule = (id: string): URL => new URL(`${id}.js`, folder)

/** Does the exchange stream tickers, as declared in its file or in the exchange that it extends? */
function hasTickers(id: string): boolean {
  const text = readFileSync(toExchangeModule(id), 'utf8')
  const declared = /'watchTickers': (true|false)/.exec(text)?.[1]
  const parent = /^import \w+ from '\.\/(\w+)\.js';$/m.exec(text)?.[1]
  return declared === undefined ? parent !== undefined && hasTickers(parent) : declared === 'true'
}

let ids: readonly string[] | null = null

/** Sorted ids of the exchanges that ccxt can stream. Reads the files, because loading ccxt takes a second. */
export function listExchanges(): readonly string[] {
  ids ??= readdirSync(folder)
    .flatMap((name) => (/^\w+\.js$/.test(name) ? [name.slice(0, -3)] : []))
    .filter(hasTickers)
    .sort()
  return ids
}
