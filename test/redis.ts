import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { createClient } from '@redis/client'
import { waitFor } from './wait.ts'

const executable = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/usr/bin/valkey-server'].find(existsSync)

/** The reason why tests with Redis cannot run here, or false. */
export const noRedis = executable === undefined && 'no redis-server is installed'

export type Redis = {
  url: string
  /** With TLS: contains `redis.crt`. */
  folder: string
  /** Ends it by SIGKILL. */
  kill(): Promise<void>
  /** Starts it again without data at the same address. */
  restart(): Promise<void>
  /** Keeps connections open without responding. */
  pause(): void
  resume(): void
  stop(): Promise<void>
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const answers = (port: number, isEncrypted = false): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = isEncrypted
      ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
      : connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('data', () => resolve(true))
    socket.on('close', () => resolve(false))
    socket.write('PING\r\n')
  }).then((answer) => answer === true)

/** A self-signed certificate for 127.0.0.1 with its key, as files in `folder`. */
function createCertificate(folder: string): { cert: string; key: string } {
  const [cert, key] = [join(folder, 'redis.crt'), join(folder, 'redis.key')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const subject = ['-subj', '/CN=redis', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' })
  return { cert, key }
}

type RedisOptions = {
  /** As a node of a Redis Cluster. */
  cluster?: boolean
  password?: string
  /** With TLS and a self-signed certificate. */
  tls?: boolean
  /** As a replica of this server. */
  primary?: Redis
}

function toSettings(folder: string, port: number, { password = '', tls, primary }: RedisOptions) {
  const { cert, key } = tls ? createCertificate(folder) : { cert: '', key: '' }
  const encrypted = { port: '0', 'tls-port': String(port), 'tls-cert-file': cert, 'tls-key-file': key }
  return {
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    dir: folder,
    requirepass: password,
    ...(tls ? { ...encrypted, 'tls-ca-cert-file': cert, 'tls-auth-clients': 'no' } : { port: String(port) }),
    ...(primary === undefined
      ? {}
      : { replicaof: ['127.0.0.1', new URL(primary.url).port], 'repl-diskless-sync-delay': '0' }),
  }
}

/** Starts Redis without persistence on a free port. */
export async function startRedis(options: RedisOptions = {}): Promise<Redis> {
  const folder = mkdtempSync(join(tmpdir(), 'cryptoflow-redis-'))
  const port = await findFreePort()
  const clustered = { 'cluster-enabled': 'yes', 'cluster-port': String(await findFreePort()) }
  const settings = { ...toSettings(folder, port, options), ...(options.cluster ? clustered : {}) }
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, ...[value].flat()])
  return { folder, ...(await launch(args, { folder, port, tls: options.tls ?? false })) }
}

/** Starts a Sentinel that watches `primary` by the name `main` and replaces it half a second after its end. */
export async function startSentinel(primary: Redis): Promise<Redis> {
  const folder = mkdtempSync(join(tmpdir(), 'cryptoflow-sentinel-'))
  const port = await findFreePort()
  const file = join(folder, 'sentinel.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `sentinel monitor main 127.0.0.1 ${new URL(primary.url).port} 1`,
    'sentinel down-after-milliseconds main 500',
    'sentinel failover-timeout main 2000',
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  return { folder, ...(await launch([file, '--sentinel'], { folder, port, tls: false })) }
}

async function launch(args: string[], { folder, port, tls }: { folder: string; port: number; tls: boolean }) {
  let child: ChildProcess
  const start = async () => {
    child = spawn(executable ?? '', args, { stdio: 'ignore' })
    await waitFor(() => answers(port, tls), 'redis-server')
  }
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  await start()
  return {
    url: `${tls ? 'rediss' : 'redis'}://127.0.0.1:${port}`,
    kill,
    restart: start,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const slots = 16_384

/** Starts a Redis Cluster of three nodes without replicas. */
export async function startRedisCluster(): Promise<Redis[]> {
  const nodes = await Promise.all([1, 2, 3].map(() => startRedis({ cluster: true })))
  const clients = await Promise.all(nodes.map(({ url }) => createClient({ url }).connect()))
  const first = clients[0]
  for (const [index, client] of clients.entries()) {
    const [from, to] = [Math.floor((slots * index) / 3), Math.floor((slots * (index + 1)) / 3) - 1]
    await client.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', String(from), String(to)])
    const { port } = new URL(nodes[index]?.url ?? '')
    const busPort = String(await client.sendCommand(['CONFIG', 'GET', 'cluster-port']).then(toSecond))
    if (client !== first) await first?.sendCommand(['CLUSTER', 'MEET', '127.0.0.1', port, busPort])
  }
  const isComplete = async (client: (typeof clients)[number]) =>
    /cluster_state:ok[\s\S]*cluster_known_nodes:3/.test(String(await client.sendCommand(['CLUSTER', 'INFO'])))
  for (const client of clients) {
    await waitFor(() => isComplete(client), 'the cluster')
    client.destroy()
  }
  return nodes
}

const toSecond = (reply: unknown): unknown =>
  Array.isArray(reply) ? reply[1] : Object.values(reply as Record<string, unknown>)[0]
