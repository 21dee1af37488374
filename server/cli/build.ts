import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { glob, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { AppError } from '../errors.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const stamp = `${root}web/.next/source-hash`
const sources = ['web/**/*.{ts,tsx,css,svg,ico,png,json,mjs,webmanifest}', 'contract/*.ts', 'package-lock.json']

async function hashSources(): Promise<string> {
  const hash = createHash('sha256')
  const names: string[] = []
  const exclude = (name: string) => /(^|\/)(\.next|node_modules)$/.test(name)
  for await (const name of glob(sources, { cwd: root, exclude })) names.push(name)
  for (const name of names.filter((each) => !each.endsWith('next-env.d.ts')).sort())
    hash.update(name).update(await readFile(`${root}${name}`))
  return hash.digest('hex')
}

/** Is the web build missing or older than its sources? */
export async function isBuildStale(): Promise<boolean> {
  if (!existsSync(`${root}web/.next/BUILD_ID`) || !existsSync(stamp)) return true
  return readFileSync(stamp, 'utf8') !== (await hashSources())
}

/** Builds the web app. Throws with the output of a failed build. */
export async function buildWeb(): Promise<void> {
  const hash = await hashSources()
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next')
  const child = spawn(process.execPath, [next, 'build', 'web'], {
    cwd: root,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  if (code !== 0)
    throw new AppError('internal', `The web build failed:\n${Buffer.concat(output).toString().slice(-3000)}`)
  writeFileSync(stamp, hash)
}
