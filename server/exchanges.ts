import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('./src/pro/', import.meta.resolve('ccxt'))

/** The file of one exchange in ccxt: loading it takes a third of the time and memory of the whole library. */
export const toExchangeModule = (id: string): URL => new URL(`${id}.js`, folder)

/** Whether the exchange streams tickers, as its file declares it or the exchange it extends. */
function hasTickers(id: string): boolean {
  const text = readFileSync(toExchangeModule(id), 'utf8')
  const declared = /'watchTickers': (true|false)/.exec(text)?.[1]
  const parent = /^import \w+ from '\.\/(\w+)\.js';$/m.exec(text)?.[1]
  return declared === undefined ? parent !== undefined && hasTickers(parent) : declared === 'true'
}

let ids: readonly string[] | null = null

/** Ids of the exchanges whose prices ccxt can stream, sorted. Reads the files, because loading ccxt takes a second. */
export function listExchanges(): readonly string[] {
  ids ??= readdirSync(folder)
    .flatMap((name) => (/^\w+\.js$/.test(name) ? [name.slice(0, -3)] : []))
    .filter(hasTickers)
    .sort()
  return ids
}
