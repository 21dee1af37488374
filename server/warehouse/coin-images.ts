import { sql } from 'kysely'
import { dayMs, hourMs } from '../../contract/time.ts'
import { loadPackagedLogos, toImageHash } from '../packaged-logos.ts'
import { toStorableText } from '../text.ts'
import type { Db } from './db.ts'

const maxRank = 1000
const firstRetryMs = hourMs
const maxRetryMs = 7 * dayMs

export type DueImage = { coin_id: number; image_url: string; failures: number }

/**
 * The images of the 1,000 largest coins without a packaged icon that are to be fetched at `now`, the largest coin first:
 * new and changed addresses, and failed ones whose pause has passed.
 */
export async function listDueImages(db: Db, now: Date): Promise<DueImage[]> {
  const packaged = await loadPackagedLogos()
  const { rows } = await sql<DueImage & { coingecko_id: string }>`
    select c.id as coin_id, c.coingecko_id, c.image_url,
      case when i.image_url = c.image_url then i.failures else 0 end as failures
    from dim_coin c left join coin_image i on i.coin_id = c.id
    where c.is_tracked and c.market_cap_rank <= ${maxRank} and c.image_url is not null
      and (i.coin_id is null or i.image_url <> c.image_url or i.retry_at <= ${now}::timestamptz)
    order by c.market_cap_rank, c.id`.execute(db)
  return rows.flatMap(({ coingecko_id, ...due }) => (packaged.has(coingecko_id) ? [] : [due]))
}

/** Stores a valid image in place of the one before. */
export async function storeImage(
  tx: Db,
  { coin_id, image_url }: DueImage,
  image: { content_type: string; body: Buffer; now: Date },
): Promise<void> {
  const { content_type, body, now } = image
  await sql`insert into coin_image (coin_id, image_url, content_type, body, hash, fetched_at)
    values (${coin_id}, ${image_url}, ${content_type}, ${body}, ${toImageHash(body)}, ${now}::timestamptz)
    on conflict (coin_id) do update set image_url = excluded.image_url, content_type = excluded.content_type,
      body = excluded.body, hash = excluded.hash, fetched_at = excluded.fetched_at, failures = 0, error = null,
      retry_at = null`.execute(tx)
}

/** Records a failed request. An older image stays. The pause doubles from an hour to a week. */
export async function recordImageFailure(
  tx: Db,
  { coin_id, image_url, failures }: DueImage,
  { error, now }: { error: string; now: Date },
): Promise<void> {
  const retryAt = new Date(now.getTime() + Math.min(maxRetryMs, firstRetryMs * 2 ** failures))
  await sql`insert into coin_image (coin_id, image_url, failures, error, retry_at)
    values (${coin_id}, ${image_url}, ${failures + 1}, ${toStorableText(error)}, ${retryAt}::timestamptz)
    on conflict (coin_id) do update set image_url = excluded.image_url, failures = excluded.failures,
      error = excluded.error, retry_at = excluded.retry_at`.execute(tx)
}
