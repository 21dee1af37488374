import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { hourMs } from '../contract/time.ts'
import { createDataFolder } from './data-folder.ts'
import { sendJson, startServer } from './market-server.ts'

const main = fileURLToPath(new URL('../server/main.ts', import.meta.url))

test('doctor compares the machine clock with the Date header of CoinGecko', async (t) => {
  let behindMs = 0
  const server = await startServer((_query, response) =>
    sendJson(response, {}, 200, { date: new Date(Date.now() + behindMs).toUTCString() }),
  )
  const folder = createDataFolder()
  t.after(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const env = {
    ...process.env,
    DATA_DIR: folder,
    CRYPTOFLOW_MODE: 'live',
    COINGECKO_BASE_URL: server.url,
    PORT: '0',
    LOG_LEVEL: 'warn',
  }
  const askDoctor = (ms: number) => {
    behindMs = ms
    return new Promise<string>((resolve) => {
      execFile(process.execPath, [main, 'doctor'], { env }, (_error, stdout, stderr) => resolve(stdout + stderr))
    })
  }
  assert.match(await askDoctor(0), /ok +this machine's clock is correct/)
  assert.match(await askDoctor(12_000), /note +This machine's clock is 1[12] s behind\. .* Turn on NTP/)
  assert.match(await askDoctor(-hourMs), /BAD +This machine's clock is 60 min ahead\. Live prices are rejected/)
})
