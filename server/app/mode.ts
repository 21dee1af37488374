import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Mode } from '../../contract/units.ts'
import type { Config } from '../config.ts'
import { SourceError, type SourceErrorKind } from '../errors.ts'
import type { Log } from '../log.ts'
import { findRememberedMode } from '../warehouse/open.ts'
import { createMarket } from './upstreams.ts'

const timeoutMs = 2500
/** Errors that show that CoinGecko is reachable. */
const reachableKinds: readonly SourceErrorKind[] = ['rate_limited', 'bad_key', 'plan', 'bad_request']

/**
 * The mode to run in. `auto` keeps the mode of existing data. Without data it is live when CoinGecko responds within
 * 2.5 s, even with an error about the key or rate limit, and demo otherwise.
 */
export async function resolveMode(config: Config, log: Log): Promise<Mode> {
  if (config.CRYPTOFLOW_MODE !== 'auto') return config.CRYPTOFLOW_MODE
  if (config.DATABASE_URL === null && existsSync(join(config.DATA_DIR, 'live'))) return 'live'
  const remembered = config.DATABASE_URL === null ? undefined : await findRememberedMode(config.DATABASE_URL, log)
  if (remembered !== undefined) return remembered
  return createMarket(config, null)
    .ping(AbortSignal.timeout(timeoutMs))
    .then(
      (): Mode => 'live',
      (error): Mode => (error instanceof SourceError && reachableKinds.includes(error.kind) ? 'live' : 'demo'),
    )
}
