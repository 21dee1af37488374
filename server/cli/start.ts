import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import packageFacts from '../../package.json' with { type: 'json' }
import { type App, startApp } from '../app.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { buildWeb, isBuildStale } from './build.ts'
import { stopOnSignal } from './signals.ts'
import { findProcess, removeState, requireStopped, writeState } from './state.ts'
import { answer, createTerminalLog, showProgress, step } from './terminal.ts'

/** Runs CryptoFlow in this terminal until a signal stops it. */
export async function start(config: Config): Promise<void> {
  requireStopped(config.DATA_DIR)
  let app: App | undefined
  stopOnSignal(() => app, { extraSeconds: config.STOP_DELAY_SECONDS, onEnd: () => removeState(config.DATA_DIR) })
  if (config.ROLES.includes('web') && (await isBuildStale())) await step('Building the web app', buildWeb)
  const log = createTerminalLog(config.LOG_LEVEL)
  app = await startApp(config, { log, step, onProgress: showProgress })
  writeState(config.DATA_DIR, { url: app.url, mode: app.mode, connection: app.connection })
  announce(config, app)
}

function announce(config: Config, { url, mode }: App): void {
  const auto = config.CRYPTOFLOW_MODE === 'auto' && mode === 'demo' ? " (can't reach CoinGecko)" : ''
  const market = mode === 'demo' ? `simulated market${auto}` : 'live market'
  const folder = relative(process.cwd(), join(config.DATA_DIR, mode)) || '.'
  answer(
    [
      '',
      `  CryptoFlow ${packageFacts.version} is ready: ${url}`,
      `  Mode: ${mode}, ${market}, ${config.TRACKED_COINS} coins`,
      `  Data: ${config.DATABASE_URL === null ? folder : 'DATABASE_URL'}; API: ${url}/api/docs; stop: Ctrl-C`,
      '',
    ],
    { version: packageFacts.version, url, mode, pid: process.pid },
  )
}

/** Starts CryptoFlow by a command in the background and returns when it is ready. */
export async function startInBackground(config: Config, command: readonly string[]): Promise<void> {
  mkdirSync(config.DATA_DIR, { recursive: true })
  const logFile = join(config.DATA_DIR, 'cryptoflow.log')
  const output = openSync(logFile, 'a', 0o600)
  const child = spawn(process.execPath, [fileURLToPath(new URL('../main.ts', import.meta.url)), ...command], {
    detached: true,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  let exit: number | null | undefined
  child.on('exit', (code) => {
    exit = code
  })
  await step('Starting in the background', async () => {
    while (exit === undefined && findProcess(config.DATA_DIR)?.pid !== child.pid)
      await new Promise((resolve) => setTimeout(resolve, 100))
  })
  if (exit !== undefined)
    throw new AppError(
      'unavailable',
      `CryptoFlow did not start. End of ${logFile}:\n${readFileSync(logFile, 'utf8').slice(-2000)}`,
    )
  child.unref()
  const { url } = findProcess(config.DATA_DIR) ?? { url: '' }
  answer(`  CryptoFlow is running at ${url} (pid ${child.pid}). Log: ${logFile}. Stop: npx cryptoflow stop`, {
    url,
    pid: child.pid,
    log: logFile,
  })
}
