import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { AppError, toMessage } from './errors.ts'

const utf16Marks = ['fffe', 'feff']

function toText(bytes: Buffer, name: string): string {
  const isUtf16 = utf16Marks.includes(bytes.subarray(0, 2).toString('hex')) || bytes.includes(0)
  try {
    if (!isUtf16) return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {}
  const found = isUtf16 ? 'UTF-16, not UTF-8' : 'not UTF-8'
  throw new AppError('bad_request', `${name} is ${found}. Save it as UTF-8 and start again.`)
}

/**
 * The variables in a file such as `.env`. Empty: no file. Reads `NAME=value` lines in UTF-8, with or without a byte
 * order mark, with Unix or Windows line endings, `export`, quotes and comments.
 */
export function readEnvFile(name: string): Record<string, string | undefined> {
  try {
    return parseEnv(toText(readFileSync(name), name))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    if (error instanceof AppError) throw error
    throw new AppError('bad_request', `${name} can't be read (${toMessage(error)}). Correct or remove it.`)
  }
}
