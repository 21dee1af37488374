import { AppError, toMessage } from '../../errors.ts'
import { sharedMemory, sharedMemoryRemedy } from '../failures.ts'

const maxMessageLength = 2000

const remedies: readonly [RegExp, string][] = [
  [sharedMemory, sharedMemoryRemedy],
  [/No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/, 'free some disk space'],
  [/could not look up effective user ID/, 'add the account that runs CryptoFlow to /etc/passwd or set DATABASE_URL'],
  [/spawn \S+ E(PERM|INVAL)/, 'start as an ordinary user, because this root cannot switch to another account'],
  [/spawn \S+ ENOENT/, 'its binaries need glibc, which Alpine lacks. Set DATABASE_URL to a server'],
  [/Cannot allocate memory|could not map anonymous shared memory/, 'free some memory'],
  [/EACCES|EPERM|EROFS|ENOTDIR|Permission denied/, 'make the data folder writable or set DATA_DIR to another'],
]

/** An error with PostgreSQL's message and a remedy: the known one for this message, or `remedy`. */
export function toPostgresError(what: string, message: string, remedy: string, cause?: unknown): AppError {
  const known = remedies.find(([pattern]) => pattern.test(message))?.[1] ?? remedy
  const output = message.trim().slice(-maxMessageLength) || '(no output)'
  return new AppError('unavailable', `${what}: ${known}. PostgreSQL says:\n${output}`, { cause })
}

/** Wraps any error but an `AppError` in one with a remedy. */
export const toEmbeddedError = (error: unknown, dataDir: string): AppError =>
  error instanceof AppError
    ? error
    : toPostgresError(
        `The built-in PostgreSQL can't use ${dataDir}`,
        toMessage(error),
        'set DATA_DIR to another folder or DATABASE_URL to a server',
        error,
      )
