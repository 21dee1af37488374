import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createDataFolder } from './data-folder.ts'

const main = fileURLToPath(new URL('../server/main.ts', import.meta.url))

export type Product = {
  url: string
  pid: number
  dataDir: string
  output(): string
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/**
 * Starts the product as `npm start` does, or by another command, on a free port and in a new data folder. `settings` are
 * its environment. Exchange candles are fetched only when they name exchanges.
 */
export async function startProduct(
  settings: Record<string, string> = {},
  folder?: string,
  command: readonly string[] = ['start'],
): Promise<Product> {
  const dataDir = folder ?? createDataFolder()
  const env = {
    ...process.env,
    PORT: '0',
    DATA_DIR: dataDir,
    CRYPTOFLOW_MODE: 'demo',
    EXCHANGE_CANDLES: 'none',
    ...settings,
  }
  const child = spawn(process.execPath, [main, ...command], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const url = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk
        const ready = /is ready: (http:\/\/\S+)/.exec(output)
        if (ready?.[1] !== undefined) resolve(ready[1])
      })
    child.once('exit', (code) => reject(new Error(`the product ended with code ${code}:\n${output}`)))
  })
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    }
    if (folder === undefined) rmSync(dataDir, { recursive: true, force: true })
    return child.exitCode
  }
  try {
    return { url: await url, pid: child.pid ?? 0, dataDir, output: () => output, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
