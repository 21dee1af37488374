import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { waitFor } from './wait.ts'

const executable = ['/usr/bin/redis-server', '/usr/local/bin/redis-server', '/usr/bin/valkey-server'].find(existsSync)

/** The reason why tests with Redis cannot run here, or false. */
export const noRedis = executable === undefined && 'no redis-server is installed'

export type Redis = {
  url: string
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

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('data', () => resolve(true))
    socket.on('close', () => resolve(false))
    socket.write('PING\r\n')
  }).then((answer) => answer === true)

/** Starts Redis without persistence on a free port. `cluster`: as a node of a Redis Cluster. */
export async function startRedis({ cluster = false, password = '' } = {}): Promise<Redis> {
  const folder = mkdtempSync(join(tmpdir(), 'cryptoflow-redis-'))
  const port = await findFreePort()
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    dir: folder,
    requirepass: password,
  }
  const clustered = { 'cluster-enabled': 'yes', 'cluster-port': String(await findFreePort()) }
  const args = Object.entries({ ...settings, ...(cluster ? clustered : {}) }).flatMap(([key, value]) => [
    `--${key}`,
    value,
  ])
  let child: ChildProcess
  const start = async () => {
    child = spawn(executable ?? '', args, { stdio: 'ignore' })
    await waitFor(() => answers(port), 'redis-server')
  }
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
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
