import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const installMs = 300_000
const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED/

/**
 * Imports a package that a benchmark compares with and that the project does not depend on. Installs this version from
 * the npm registry without install scripts. Later calls use the copy in the temporary folder of the system.
 */
export async function importPeer(name: string, version: string): Promise<unknown> {
  const folder = join(tmpdir(), `cryptoflow-peer-${name.replaceAll('/', '+')}@${version}`)
  if (!existsSync(folder)) await installPeer(name, version, folder)
  const owner = process.getuid?.()
  if (owner !== undefined && statSync(folder).uid !== owner)
    throw new Error(`${folder} belongs to another account, so it is not imported. Remove it and try again.`)
  const { peer }: { peer: unknown } = await import(pathToFileURL(join(folder, 'peer.mjs')).href)
  return peer
}

/** Installs into a temporary folder and renames it, so `folder` is always complete. */
async function installPeer(name: string, version: string, folder: string): Promise<void> {
  const fresh = mkdtempSync(`${folder}-`)
  process.stderr.write(`Installing ${name}@${version} into ${folder} for this benchmark\n`)
  const options = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retry-mintimeout=1000']
  try {
    await promisify(execFile)('npm', ['install', '--prefix', fresh, ...options, `${name}@${version}`], {
      cwd: fresh,
      timeout: installMs,
    })
    writeFileSync(join(fresh, 'peer.mjs'), `export const peer = await import(${JSON.stringify(name)})\n`)
    if (!existsSync(folder)) renameSync(fresh, folder)
  } catch (error) {
    throw new Error(toReason(`${name}@${version}`, error), { cause: error })
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

function toReason(what: string, error: unknown): string {
  const told = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
  return unreachable.test(told)
    ? `Can't install ${what}: the npm registry is unreachable. Run this benchmark with network access once.\n${told}`
    : `npm can't install ${what}:\n${told}`
}
