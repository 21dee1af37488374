import { sql } from 'kysely'
import type { RejectedRow } from '../snapshot.ts'
import { cutText, toStorableJson, toStorableText } from '../text.ts'
import type { Db } from './db.ts'

const maxPayload = 20_000
const maxDepth = 100
const keptOfPayload = 4000
const maxText = 500

/**
 * Keeps rows that were refused, with the rule that each broke, for 7 days. Takes whatever a source sends: what `jsonb`
 * cannot hold is escaped, and of a payload that is too long or too deep the beginning is kept with a note.
 */
export async function insertRejected(
  tx: Db,
  { tick, runId, source, rejected }: { tick: Date; runId: number; source: string; rejected: RejectedRow[] },
): Promise<void> {
  await sql`delete from quarantine_market_data where tick < ${tick}::timestamptz - interval '7 days'`.execute(tx)
  if (rejected.length === 0) return
  const toText = (text: string | null) => (text === null ? null : cutText(toStorableText(text), maxText))
  await sql`insert into quarantine_market_data (run_id, tick, source, coingecko_id, rule, payload)
    select ${runId}, ${tick}::timestamptz, ${source}, s.coingecko_id, s.rule, s.payload
    from unnest(${rejected.map((row) => toText(row.coingecko_id))}::text[], ${rejected.map((row) => toText(row.rule))}::text[],
      ${rejected.map((row) => toPayload(row.payload))}::jsonb[]) as s (coingecko_id, rule, payload)`.execute(tx)
}

/** Any value as the text of a `jsonb`. */
function toPayload(value: unknown): string {
  const json = toJson(value)
  if (json !== null && json.length <= maxPayload && depthOf(json) <= maxDepth) return toStorableJson(json)
  const note =
    json === null
      ? `a value that JSON cannot write (${typeof value})`
      : `cut: ${json.length} characters, nested ${depthOf(json)} deep`
  return toStorableJson(JSON.stringify({ note, payload: cutText(json ?? safeText(value), keptOfPayload) }))
}

/** JSON text, with the numbers that JSON lacks as text; null when there is none. */
function toJson(value: unknown): string | null {
  try {
    const json = JSON.stringify(value ?? null, (_key, part: unknown) =>
      typeof part === 'bigint' || (typeof part === 'number' && !Number.isFinite(part)) ? String(part) : part,
    )
    return json ?? null
  } catch {
    return null
  }
}

function safeText(value: unknown): string {
  try {
    return String(value)
  } catch {
    return ''
  }
}

/** How deep the brackets of JSON text go; those inside strings count too. */
function depthOf(json: string): number {
  let [depth, deepest] = [0, 0]
  for (const character of json) {
    if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1)
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
