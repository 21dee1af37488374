import { join, relative } from 'node:path'
import type { Mode } from '../../contract/units.ts'
import packageFacts from '../../package.json' with { type: 'json' }
import { resolveMode } from '../app/mode.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { openWarehouse, type Warehouse } from '../warehouse/open.ts'
import { reader } from '../warehouse/reader-role.ts'
import { buildWeb, isBuildStale } from './build.ts'
import { Member } from './cluster-member.ts'
import { stopOnSignal } from './signals.ts'
import { removeState, requireStopped, writeState } from './state.ts'
import { answer, createTerminalLog, step, toInteger } from './terminal.ts'

const roles = ['api', 'live', 'jobs'] as const

/** The number of processes of each role, as options. */
export type Counts = Record<(typeof roles)[number], string>

const maxProcesses = 64
/** Connections to PostgreSQL of one process: its pool, its queue and its locks. */
const connectionsEach = 25
/** Time of a process to stop, in addition to STOP_DELAY_SECONDS. */
const stopMs = 10_500

/**
 * Runs several processes on this machine until a signal stops them, and the built-in database for them. A process that
 * ends is started again. SIGUSR2 restarts the processes one at a time.
 */
export async function startCluster(config: Config, counts: Counts): Promise<void> {
  const { DATA_DIR: dataDir, DATABASE_URL, STOP_DELAY_SECONDS } = config
  requireStopped(dataDir)
  if (config.REDIS_URL.length === 0)
    throw new AppError(
      'bad_request',
      'Several processes need Redis 7 or newer for live prices. Start one, for example with ' +
        '`docker run -d -p 127.0.0.1:6379:6379 redis:8`, and set REDIS_URL=redis://127.0.0.1:6379. ' +
        '`npx cryptoflow start` runs everything in one process without Redis.',
    )
  const names = listNames(counts)
  const log = createTerminalLog(config.LOG_LEVEL)
  const cluster: Cluster = { members: [], warehouse: undefined }
  stopOnSignal(() => toStoppable(cluster), {
    extraSeconds: 2 * (STOP_DELAY_SECONDS + stopMs / 1000),
    onEnd: () => removeState(dataDir),
  })
  if (config.ROLES.includes('web') && (await isBuildStale())) await step('Building the web app', buildWeb)
  const mode = await step('Checking CoinGecko', () => resolveMode(config, log))
  const options = { connection: DATABASE_URL, dataDir, mode, log, sqlPort: config.SQL_PORT || null }
  const maxConnections = connectionsEach * (names.length + 1)
  const warehouse = await step('Opening the warehouse', () => openWarehouse({ ...options, maxConnections }))
  cluster.warehouse = warehouse
  let url: string | undefined
  const write = () => {
    const members = cluster.members.map(({ state }) => state)
    if (url !== undefined) writeState(dataDir, { url, mode, connection: warehouse.connection, members })
  }
  const ownDatabase = { DATABASE_URL: toUrl(warehouse), SQL_URL: toUrl(warehouse, reader) }
  const environment = { CRYPTOFLOW_MODE: mode, ...(DATABASE_URL === null ? ownDatabase : {}) }
  const shared = { log, stopMs: stopMs + STOP_DELAY_SECONDS * 1000, onChange: write }
  cluster.members = names.map(
    (name, index) => new Member(name, { ...toOwn(config, name, index, environment), ...shared }),
  )
  try {
    await step('Starting the processes', () => Promise.all(cluster.members.map((member) => member.start())))
  } catch (error) {
    await toStoppable(cluster).stop()
    throw error
  }
  url = cluster.members[0]?.sharedUrl ?? ''
  write()
  process.on('SIGUSR2', () => void restart(cluster))
  announce(config, { mode, url, cluster })
}

/** The processes, `api` first. */
function listNames(counts: Counts): string[] {
  if (toInteger('api', counts.api, maxProcesses) === 0) throw new AppError('bad_request', '--api must be at least 1')
  return roles.flatMap((role) =>
    Array.from({ length: toInteger(role, counts[role], maxProcesses) }, (_, index) => `${role} ${index + 1}`),
  )
}

const isApi = (name: string): boolean => name.startsWith('api')

/** The settings of one process. All `api` processes share PORT, and each process has its own port above it. */
function toOwn(config: Config, name: string, index: number, environment: Record<string, string>) {
  const role = name.split(' ')[0] ?? ''
  const ROLES = isApi(name) && config.ROLES.includes('web') ? 'api,web' : role
  const PORT = String(config.PORT === 0 ? 0 : config.PORT + index + 1)
  return { environment: { ...environment, ROLES, PORT }, sharedPort: isApi(name) ? config.PORT : null }
}

/** The URL of the built-in database. */
function toUrl({ connection }: Warehouse, role?: string): string {
  if (typeof connection === 'string') return connection
  const { host, port, user, database } = connection
  return `postgres://${role ?? user}@localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`
}

type Cluster = { members: Member[]; warehouse: Warehouse | undefined }

const toStoppable = ({ members, warehouse }: Cluster) => ({
  /** Stops the `api` processes, then the others, then the database. */
  stop: async () => {
    const api = members.filter(({ name }) => isApi(name))
    const others = members.filter(({ name }) => !isApi(name))
    await Promise.all(api.map((member) => member.stop()))
    await Promise.all(others.map((member) => member.stop()))
    await warehouse?.close()
  },
  kill: () => {
    for (const member of members) member.kill()
    warehouse?.kill()
  },
})

async function restart({ members }: Cluster): Promise<void> {
  for (const member of members) await member.restart()
}

function announce(
  { TRACKED_COINS, DATABASE_URL, DATA_DIR }: Config,
  { mode, url, cluster }: { mode: Mode; url: string; cluster: Cluster },
): void {
  const members = cluster.members.map(({ state }) => state)
  const folder = relative(process.cwd(), join(DATA_DIR, mode)) || '.'
  answer(
    [
      '',
      `  CryptoFlow ${packageFacts.version} is ready: ${url}`,
      `  Mode: ${mode}, ${TRACKED_COINS} coins`,
      `  Data: ${DATABASE_URL === null ? folder : 'DATABASE_URL'}; API: ${url}/api/docs; stop: Ctrl-C`,
      '  The api processes share this address. Each process has its own for probes and metrics:',
      ...members.map(({ name, url: own, pid }) => `    ${name.padEnd(8)} ${own} (pid ${pid})`),
      '',
    ],
    { version: packageFacts.version, url, mode, pid: process.pid, members },
  )
}
