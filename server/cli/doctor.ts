import { access, constants, mkdir, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { resolveMode } from '../app/mode.ts'
import { createMarket, toFeedNames } from '../app/upstreams.ts'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { AppError, toMessage } from '../errors.ts'
import { SourceClock } from '../sources/source-clock.ts'
import { listNodes } from '../warehouse/cluster.ts'
import { negotiateTls } from '../warehouse/connect.ts'
import { openDb, openPool } from '../warehouse/db.ts'
import { sharedMemoryRemedy } from '../warehouse/failures.ts'
import { examineDatabase } from '../warehouse/requirements.ts'
import { listStorage } from '../warehouse/storage.ts'
import { isBuildStale } from './build.ts'
import { withWarehouse } from './jobs.ts'
import { findProcess } from './state.ts'
import { answer, createTerminalLog } from './terminal.ts'

const minFreeBytes = 1024 ** 3
const minSharedBytes = 64 * 1024 ** 2
/** Bytes per row are meaningless for smaller tables. */
const fewRows = 1000

type Finding = { ok: boolean | null; words: string }

const fine = (words: string): Finding => ({ ok: true, words })
const note = (words: string): Finding => ({ ok: null, words })
const wrong = (words: string): Finding => ({ ok: false, words })

async function checkPort({ PORT, HOST, DATA_DIR }: Config): Promise<Finding> {
  const running = findProcess(DATA_DIR)
  if (running !== undefined) return fine(`CryptoFlow is running at ${running.url} (pid ${running.pid})`)
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error) =>
      resolve(wrong(`port ${PORT} on ${HOST} is in use (${toMessage(error)}). Set PORT.`)),
    )
    server.listen(PORT, HOST ?? '127.0.0.1', () =>
      server.close(() =>
        resolve(fine(PORT === 0 ? `uses any free port on ${HOST}` : `port ${PORT} on ${HOST} is free`)),
      ),
    )
  })
}

async function checkDisk({ DATA_DIR }: Config): Promise<Finding> {
  try {
    await mkdir(DATA_DIR, { recursive: true })
    await access(DATA_DIR, constants.W_OK)
    const { bavail, bsize } = await statfs(DATA_DIR)
    const gigabytes = ((bavail * bsize) / 1024 ** 3).toFixed(1)
    const words = `${gigabytes} GB free in ${DATA_DIR}`
    return bavail * bsize < minFreeBytes ? wrong(`${words}. Free some space or set DATA_DIR.`) : fine(words)
  } catch (error) {
    return wrong(`can't write to ${DATA_DIR} (${toMessage(error)}). Set DATA_DIR.`)
  }
}

/** Parallel queries of the built-in PostgreSQL share memory there. Linux only. */
async function checkSharedMemory(folder = '/dev/shm'): Promise<Finding> {
  const { blocks, bsize } = await statfs(folder).catch(() => ({ blocks: Number.POSITIVE_INFINITY, bsize: 1 }))
  return blocks * bsize < minSharedBytes
    ? wrong(`${folder} has ${((blocks * bsize) / 1024 ** 2).toFixed(1)} MB: ${sharedMemoryRemedy}`)
    : fine('the built-in PostgreSQL starts with CryptoFlow')
}

async function checkDatabase({ DATABASE_URL, DATA_DIR }: Config): Promise<Finding> {
  const connection = DATABASE_URL ?? findProcess(DATA_DIR)?.connection
  if (connection === undefined) return checkSharedMemory()
  try {
    const { version, problems } = await examineDatabase(await negotiateTls(connection))
    return problems.length === 0 ? fine(`PostgreSQL ${version} is reachable`) : wrong(problems.join('\n        '))
  } catch (error) {
    return error instanceof AppError
      ? wrong(error.message)
      : wrong(`can't reach the database (${toMessage(error)}). Check DATABASE_URL and the server.`)
  }
}

/** The nodes of a Citus cluster. */
async function checkNodes({ DATABASE_URL, DATA_DIR }: Config): Promise<Finding[]> {
  const connection = DATABASE_URL ?? findProcess(DATA_DIR)?.connection
  const address = connection === undefined ? null : await negotiateTls(connection).catch(() => null)
  if (address === null) return []
  const pool = openPool(address, { log: createTerminalLog('error'), max: 1 })
  try {
    return (await listNodes(openDb(pool))).map(({ name, role, shards, is_reachable }) => {
      const words = `Citus ${role} ${name} with ${shards} shards`
      return is_reachable
        ? fine(`${words} is reachable`)
        : wrong(`${words} is unreachable. Start it or check the network.`)
    })
  } catch {
    return []
  } finally {
    await pool.end()
  }
}

async function checkCoingecko(config: Config, clock: SourceClock): Promise<Finding> {
  const running = findProcess(config.DATA_DIR)
  if ((running?.mode ?? config.CRYPTOFLOW_MODE) === 'demo') return note('CoinGecko is not used in demo mode')
  try {
    await createMarket(config, null, clock).ping(AbortSignal.timeout(10_000))
    return fine('CoinGecko is reachable')
  } catch (error) {
    const words = toMessage(error)
    if (config.CRYPTOFLOW_MODE !== 'auto') return wrong(words)
    const mode = running?.mode ?? (await resolveMode(config, createTerminalLog('error')).catch(() => 'live'))
    return mode === 'demo' ? note(`${words} Auto mode will start with the simulated market.`) : wrong(words)
  }
}

/** Compares this machine's clock with CoinGecko's. */
function checkClock(clock: SourceClock): Finding {
  const { state, problem } = clock.report()
  if (state === 'unknown') return note("couldn't compare this machine's clock with CoinGecko's")
  if (problem === null) return fine("this machine's clock is correct")
  return state === 'refusing' ? wrong(problem) : note(problem)
}

function checkProxy({ HTTPS_PROXY, HTTP_PROXY }: Config): Finding[] {
  const named = { HTTPS_PROXY, HTTP_PROXY }
  return Object.entries(named).flatMap(([name, proxy]) =>
    proxy === null ? [] : [note(`sources use the proxy ${new URL(proxy).host} (${name})`)],
  )
}

const checkBuild = async (): Promise<Finding> =>
  (await isBuildStale()) ? note('the web app will be built at the next start') : fine('the web app is built')

/** Exchanges need no key. CoinCap needs one, except at a custom URL. */
function checkFeed(config: Config): Finding {
  if (config.CRYPTOFLOW_MODE === 'demo') return fine('live prices come from the simulated market')
  const names = toFeedNames(config)
  const words = `live prices come from ${names.join(', then ')}`
  const keyless = names.includes('coincap') && config.COINCAP_API_KEY === null && config.COINCAP_WS_URL === null
  return keyless ? wrong(`${words}. coincap needs COINCAP_API_KEY.`) : fine(words)
}

const toMegabytes = (bytes: number): string => (bytes / 1e6).toFixed(1).padStart(10)

/** Reports the disk usage of each table, in total and per row. */
export const reportStorage = (config: Config): Promise<void> =>
  withWarehouse(config, async ({ db }) => {
    const tables = await listStorage(db)
    const rowsOf = tables.map(({ table, rows, heap_bytes, index_bytes, total_bytes }) => {
      const sizes = [heap_bytes, index_bytes, total_bytes].map(toMegabytes).join(' ')
      const perRow = rows < fewRows ? '-' : (total_bytes / rows).toFixed(1)
      return `  ${table.padEnd(26)} ${String(rows).padStart(11)} ${sizes} ${perRow.padStart(14)}`
    })
    answer([`  ${'TABLE'.padEnd(26)}        ROWS   DATA, MB  INDEX, MB  TOTAL, MB  BYTES PER ROW`, ...rowsOf], tables)
  })

const { findNodeProblem } = createRequire(import.meta.url)('./node-version.cjs') as { findNodeProblem(): string | null }

function checkNode(): Finding {
  const problem = findNodeProblem()
  return problem === null ? fine(`Node ${process.version}`) : wrong(problem)
}

/** All findings about this machine and the settings. */
export async function examine(config: Config): Promise<Finding[]> {
  const clock = new SourceClock(systemClock)
  return [
    checkNode(),
    await checkPort(config),
    await checkDisk(config),
    await checkDatabase(config),
    ...(await checkNodes(config)),
    ...checkProxy(config),
    await checkCoingecko(config, clock),
    checkClock(clock),
    checkFeed(config),
    ...(config.ROLES.includes('web') ? [await checkBuild()] : []),
  ]
}

/** Checks port, disk, database, sources and build. Exit code 1 when there is a problem. */
export async function doctor(config: Config): Promise<void> {
  const findings = await examine(config)
  answer(
    findings.map(({ ok, words }) => `  ${ok === true ? 'ok  ' : ok === null ? 'note' : 'BAD '}  ${words}`),
    findings.map(({ ok, words }) => ({
      result: ok === true ? 'ok' : ok === null ? 'note' : 'problem',
      message: words,
    })),
  )
  if (findings.some(({ ok }) => ok === false)) process.exitCode = 1
}
