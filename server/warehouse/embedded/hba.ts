import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EmbeddedFiles } from './files.ts'

/** Over TCP only the role of SQL tools connects, from this machine, with its password. */
const rules = `local all all trust
host cryptoflow reader 127.0.0.1/32 scram-sha-256
host all all all reject
`

/** The settings that open a TCP port on 127.0.0.1. Without a port the server has only its private socket. */
export function openPort(files: EmbeddedFiles, port: number | null): Record<string, string> {
  if (port === null) return {}
  const file = join(files.home, 'hba.conf')
  writeFileSync(file, rules, { mode: 0o644 })
  return { listen_addresses: '127.0.0.1', port: String(port), hba_file: file, password_encryption: 'scram-sha-256' }
}
