import pino, { type Logger } from 'pino'
import { prettyFactory } from 'pino-pretty'
import { redactText } from './redact.ts'

export type Log = Logger

const secretKeys = [
  'password',
  'current_password',
  'new_password',
  'password_hash',
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'apiKey',
  'api_key',
  'token',
  'access_token',
  'refresh_token',
  'refreshToken',
  'secret',
  'secrets',
  'DATABASE_PASSWORD',
  'REDIS_PASSWORD',
  'REDIS_SENTINEL_PASSWORD',
  'AUTH_SECRETS',
  'ENCRYPTION_KEYS',
  'SMTP_URL',
  'DATABASE_URL',
  'DATABASE_READ_URL',
  'REDIS_URL',
]
const secretPaths = secretKeys.flatMap((key) => [`["${key}"]`, `*["${key}"]`, `*.*["${key}"]`])

const toStandardError = (line: string): void => {
  process.stderr.write(line)
}

/**
 * Writes one line per event to `write`, by default standard error: JSON, or readable text when `pretty`. Redacts
 * secrets by field name and, in each line, by pattern.
 */
export function createLog(options: { pretty: boolean; level?: string; write?: (line: string) => void }): Log {
  const settings = {
    level: options.level ?? 'info',
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: secretPaths, censor: '[redacted]' },
    hooks: { streamWrite: redactText },
  }
  const { pretty, write = toStandardError } = options
  if (!pretty) return pino(settings, options.write ? { write } : pino.destination({ fd: 2, sync: true }))
  const format = prettyFactory({ ignore: 'pid,hostname', colorize: true, singleLine: true })
  return pino(settings, { write: (line) => write(format(line)) })
}
