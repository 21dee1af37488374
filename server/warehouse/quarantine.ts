import { sql } from 'kysely'
import type { RejectedRow } from '../snapshot.ts'
import { cutText, toStorableJson, toStorableText } from '../text.ts'
import type { Db } from './db.ts'

const maxPayloadLength = 20_000
const maxDepth = 100
const excerptLength = 4000
const maxTextLength = 500

/**
 * Quarantines rows with the rule that each broke, for 7 days. Accepts any payload: what `jsonb` cannot store is escaped,
 * and an oversized or deeply nested payload is stored as an excerpt with a note.
 */
export async function insertRejected(
  tx: Db,
  { tick, runId, source, rejected }: { tick: Date; runId: number; source: string; rejected: RejectedRow[] },
): Promise<void> {
  await sql`delete from quarantine_market_data where tick < ${tick}::timestamptz - interval '7 days'`.execute(tx)
  if (rejected.length === 0) return
  const toText = (text: string | null) => (text === null ? null : cutText(toStorableText(text), maxTextLength))
  await sql`insert into quarantine_market_data (run_id, tick, source, coingecko_id, rule, payload)
    select ${runId}, ${tick}::timestamptz, ${source}, s.coingecko_id, s.rule, s.payload
    from unnest(${rejected.map((row) => toText(row.coingecko_id))}::text[], ${rejected.map((row) => toText(row.rule))}::text[],
      ${rejected.map((row) => toPayload(row.payload))}::jsonb[]) as s (coingecko_id, rule, payload)`.execute(tx)
}

/** A value as text that `jsonb` accepts. */
function toPayload(value: unknown): string {
  const json = toJson(value)
  if (json !== null && json.length <= maxPayloadLength && depthOf(json) <= maxDepth) return toStorableJson(json)
  const note =
    json === null
      ? `not JSON (${typeof value})`
      : `truncated: ${json.length} characters, nesting depth ${depthOf(json)}`
  return toStorableJson(JSON.stringify({ note, payload: cutText(json ?? safeText(value), excerptLength) }))
}

/** JSON text, with non-finite and big numbers as strings; null when the value has no JSON. */
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

/** The nesting depth of JSON text; brackets inside strings count too. */
function depthOf(json: string): number {
  let [depth, deepest] = [0, 0]
  for (const character of json) {
    if (character === '[' || character === '{') depth += 1
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1)
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
