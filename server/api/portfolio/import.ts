import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { ImportQuery, ImportReport } from '../../../contract/portfolio-imports.ts'
import { AppError } from '../../errors.ts'
import { type Draft, LineError } from '../../portfolio/imports/draft.ts'
import { type ImportFile, type Line, readFile } from '../../portfolio/imports/read-file.ts'
import { zero } from '../../portfolio/money.ts'
import type { Db } from '../../warehouse/db.ts'
import {
  assertRoom,
  findFingerprints,
  insertTransactions,
  type NewTransaction,
} from '../../warehouse/portfolio-transactions.ts'
import { ImportValues } from './import-values.ts'

const batchLines = 2000
const maxRefused = 100
const maxSample = 20
const maxNote = 1000
const fingerprintBytes = 16
const earliest = Date.parse('2009-01-03T00:00:00Z')

/** `a:b,c:d` as an object. Keys in `case`. */
function toPairs(text: string | undefined, toKey: (key: string) => string): Record<string, string> {
  const pairs = (text ?? '').split(',').filter((part) => part.trim() !== '')
  return Object.fromEntries(
    pairs.map((part) => {
      const colon = part.indexOf(':')
      if (colon < 1) throw new AppError('unprocessable', `"${part.slice(0, 40)}" must be name:value.`)
      return [toKey(part.slice(0, colon).trim()), part.slice(colon + 1).trim()]
    }),
  )
}

/**
 * Previews or imports a file, in batches. An import is one transaction of the database: all accepted lines or nothing.
 * Throws `unprocessable` for a file that can't be read, and for refused lines unless they are to be skipped.
 */
export async function importFile(
  db: Db,
  portfolioId: number,
  input: Readable,
  query: ImportQuery & { isPreview: boolean },
): Promise<ImportReport> {
  const mapping = toPairs(query.mapping, (key) => key.toLowerCase())
  const coins = toPairs(query.coins, (key) => key.toUpperCase())
  try {
    const file = await readFile(input, { format: query.format, mapping })
    if (query.isPreview) return await new Import(db, portfolioId, file, coins).run(true)
    return await db.transaction().execute(async (tx) => {
      const report = await new Import(tx, portfolioId, file, coins).run(false)
      if (report.refused_lines > 0 && !query.skip_refused) throw createRefusal(report)
      await assertRoom(tx, portfolioId)
      return report
    })
  } catch (error) {
    if (error instanceof LineError) throw new AppError('unprocessable', error.message)
    throw error
  }
}

function createRefusal({ refused, refused_lines }: ImportReport): AppError {
  const [first] = refused
  return new AppError(
    'unprocessable',
    `Nothing was imported: ${refused_lines} lines are refused, the first is line ${first?.line}: ${first?.reason}. ` +
      'Correct the file, or send skip_refused=true to import the others.',
  )
}

class Import {
  readonly #db: Db
  readonly #portfolioId: number
  readonly #file: ImportFile
  readonly #coins: Record<string, string>
  readonly #report: ImportReport
  /** How often a transaction came up among those of one instant: identical fills are no duplicates of each other. */
  readonly #seen = new Map<string, number>()
  #seenAt = Number.NaN

  constructor(db: Db, portfolioId: number, file: ImportFile, coins: Record<string, string>) {
    this.#db = db
    this.#portfolioId = portfolioId
    this.#file = file
    this.#coins = coins
    const { format, columns, mapping } = file
    const counts = { lines: 0, accepted: 0, duplicates: 0, refused_lines: 0, imported: 0 }
    this.#report = { format, columns, mapping, ...counts, refused: [], symbols: [], sample: [] }
  }

  async run(isPreview: boolean): Promise<ImportReport> {
    const values = await ImportValues.open(this.#db, this.#coins)
    let batch: Line[] = []
    for await (const line of this.#file.lines) {
      batch.push(line)
      if (batch.length < batchLines) continue
      await this.#add(batch, values, isPreview)
      batch = []
    }
    await this.#add(batch, values, isPreview)
    const symbols = values.listSymbols().map(({ symbol, chosen, others }) => ({ symbol, chosen, others }))
    return { ...this.#report, symbols }
  }

  async #add(batch: Line[], values: ImportValues, isPreview: boolean): Promise<void> {
    const drafts = batch.flatMap((line) => ('drafts' in line ? line.drafts : []))
    await values.prepare(drafts)
    const accepted = batch.flatMap((line) => this.#accept(line, values))
    this.#report.lines += batch.length
    this.#report.accepted += accepted.length
    if (accepted.length === 0) return
    if (isPreview) {
      const known = await findFingerprints(
        this.#db,
        this.#portfolioId,
        accepted.flatMap(({ fingerprint }) => fingerprint ?? []),
      )
      this.#report.duplicates += known.size
    } else {
      const added = await insertTransactions(this.#db, this.#portfolioId, accepted)
      this.#report.imported += added.length
      this.#report.duplicates += accepted.length - added.length
    }
  }

  #accept(line: Line, values: ImportValues): NewTransaction[] {
    const refuse = (reason: string): NewTransaction[] => {
      this.#report.refused_lines += 1
      if (this.#report.refused.length < maxRefused) this.#report.refused.push({ line: line.line, reason })
      return []
    }
    if ('reason' in line) return refuse(line.reason)
    try {
      const rows = line.drafts.flatMap((draft) => toLegs(draft, values)).map((leg) => this.#toRow(leg, values))
      for (const { draft, row } of rows)
        if (this.#report.sample.length < maxSample)
          this.#report.sample.push({
            line: line.line,
            type: row.type,
            symbol: draft.symbol.toUpperCase(),
            at: row.at,
            quantity: Number(row.quantity),
            total_usd: Number(row.total_usd),
            fee_usd: Number(row.fee_usd),
          })
      return rows.map(({ row }) => row)
    } catch (error) {
      if (error instanceof LineError) return refuse(error.message)
      throw error
    }
  }

  #toRow(draft: Draft, values: ImportValues): { draft: Draft; row: NewTransaction } {
    const { type, symbol, at, quantity, fee, note } = draft
    if (at < earliest || at > Date.now()) throw new LineError('The time is before 2009-01-03 or in the future')
    const coin_id = values.getCoin(symbol)
    const total = values.toDollars(draft.total ?? { amount: quantity, symbol }, at)
    const feeCoin = fee === null || values.isMoney(fee) ? null : values.getCoin(fee.symbol)
    const row: NewTransaction = {
      type,
      coin_id,
      at: new Date(at).toISOString(),
      quantity: quantity.toFixed(),
      total_usd: total.toFixed(),
      fee_coin_id: feeCoin,
      fee_quantity: feeCoin === null ? null : (fee?.amount.toFixed() ?? null),
      fee_usd: (fee === null ? zero : this.#toFeeValue(fee, draft, total, values)).toFixed(),
      note: note?.replaceAll('\u0000', '').slice(0, maxNote) || null,
      source: this.#file.format,
      fingerprint: null,
    }
    return { draft, row: { ...row, fingerprint: this.#toFingerprint(draft, row) } }
  }

  /** A fee in the coin of the trade has the price of the trade. */
  #toFeeValue(fee: NonNullable<Draft['fee']>, draft: Draft, total: typeof zero, values: ImportValues): typeof zero {
    const isOwn = fee.symbol.toUpperCase() === draft.symbol.toUpperCase()
    return isOwn ? total.times(fee.amount).div(draft.quantity) : values.toDollars(fee, draft.at)
  }

  #toFingerprint({ at, reference }: Draft, row: NewTransaction): Buffer {
    if (at !== this.#seenAt) this.#seen.clear()
    this.#seenAt = at
    const { type, coin_id, quantity, source, fee_quantity } = row
    const text = JSON.stringify([source, reference, at, type, coin_id, quantity, fee_quantity])
    const count = (this.#seen.get(text) ?? 0) + 1
    this.#seen.set(text, count)
    return createHash('sha256').update(`${text}${count}`).digest().subarray(0, fingerprintBytes)
  }
}

/** A trade against another coin is also the opposite transaction of that coin. */
function toLegs(draft: Draft, values: ImportValues): Draft[] {
  const { type, total } = draft
  if ((type !== 'buy' && type !== 'sell') || total === null || values.isMoney(total)) return [draft]
  const other: Draft = {
    ...draft,
    type: type === 'buy' ? 'sell' : 'buy',
    symbol: total.symbol,
    coingeckoId: undefined,
    quantity: total.amount,
    total: null,
    fee: null,
  }
  return [draft, other]
}
