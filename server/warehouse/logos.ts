import { sql } from 'kysely'
import { loadPackagedLogos } from '../packaged-logos.ts'
import type { Db } from './db.ts'

/** What the logo of a coin is found by. `image_hash`: of coin_image, null without a stored image. */
type LogoKey = { coingecko_id: string; image_hash: string | null }

type WithLogo<T> = Omit<T, 'image_hash'> & { logo_url: string | null }

/** Replaces the hash of the stored image of each row by the path of its logo. The packaged icon comes first. */
export async function addLogos<T extends LogoKey>(rows: T[]): Promise<WithLogo<T>[]> {
  const packaged = await loadPackagedLogos()
  return rows.map(({ image_hash, ...row }) => {
    const hash = packaged.get(row.coingecko_id)?.hash ?? image_hash
    const path = `/api/v1/coins/${encodeURIComponent(row.coingecko_id)}/logo?v=${hash}`
    return { ...row, logo_url: hash === null ? null : path }
  })
}

export type StoredImage = { content_type: string; body: Buffer; hash: string }

/** The stored image of a coin; undefined when it has none. */
export async function findStoredImage(db: Db, coinId: number): Promise<StoredImage | undefined> {
  const { rows } = await sql<StoredImage>`select content_type, body, hash from coin_image
    where coin_id = ${coinId} and hash is not null`.execute(db)
  return rows[0]
}
