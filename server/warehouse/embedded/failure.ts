import { AppError, toMessage } from '../../errors.ts'
import { sharedMemory, sharedMemoryRemedy } from '../failures.ts'

const mostWords = 2000

const remedies: readonly [RegExp, string][] = [
  [sharedMemory, sharedMemoryRemedy],
  [/No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/, 'free some disk space'],
  [
    /could not look up effective user ID/,
    'give the account that runs CryptoFlow an entry in /etc/passwd, or set DATABASE_URL',
  ],
  [/spawn \S+ E(PERM|INVAL)/, 'start as an ordinary user, for this root may not lend PostgreSQL another account'],
  [/spawn \S+ ENOENT/, 'its programs need a system with glibc, which Alpine is not; set DATABASE_URL to a server'],
  [/Cannot allocate memory|could not map anonymous shared memory/, 'free some memory'],
  [/EACCES|EPERM|EROFS|ENOTDIR|Permission denied/, 'make the data folder writable, or set DATA_DIR to another'],
]

/** An error of the built-in PostgreSQL in its own words, with what to do: `remedy`, or what the words ask for. */
export function toPostgresError(what: string, words: string, remedy: string, cause?: unknown): AppError {
  const known = remedies.find(([pattern]) => pattern.test(words))?.[1] ?? remedy
  const said = words.trim().slice(-mostWords) || '(nothing)'
  return new AppError('unavailable', `${what}: ${known}. Its own words:\n${said}`, { cause })
}

/** An error that has said what to do stays; any other becomes one that does. */
export const toEmbeddedError = (error: unknown, dataDir: string): AppError =>
  error instanceof AppError
    ? error
    : toPostgresError(
        `The built-in PostgreSQL cannot use ${dataDir}`,
        toMessage(error),
        'set DATA_DIR to another folder, or DATABASE_URL to a server',
        error,
      )
