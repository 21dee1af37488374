import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { placeBinaries } from '../../server/warehouse/embedded/binaries.ts'
import { getDataFolder, query, type Sandbox } from './embedded-sandbox.ts'

/** A free port. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** The owner of a file, for programs that must not run as root. */
export const accountOf = (path: string): { uid: number; gid: number } => {
  const { uid, gid } = statSync(path)
  return { uid, gid }
}

/** Creates a certificate authority and a certificate for localhost in `folder`, owned by `account`. */
function makeCertificates(folder: string, account: { uid: number; gid: number }): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  openssl('req', '-x509', ...key, '-keyout', 'root.key', '-out', 'root.crt', '-subj', '/CN=authority')
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=localhost')
  writeFileSync(join(folder, 'names'), 'subjectAltName=DNS:localhost\n')
  const signing = ['-CA', 'root.crt', '-CAkey', 'root.key', '-CAcreateserial', '-days', '2', '-extfile', 'names']
  openssl('x509', '-req', '-in', 'server.csr', ...signing, '-out', 'server.crt')
  for (const name of ['server.key', 'server.crt']) {
    chownSync(join(folder, name), account.uid, account.gid)
    chmodSync(join(folder, name), 0o600)
  }
}

export type OutsideServer = { port: number; certificates: string }

/** An external PostgreSQL: on a port, with TLS, and with `rules` as its pg_hba.conf. */
export async function startOutsideServer(sandbox: Sandbox, rules: string): Promise<OutsideServer> {
  const first = await sandbox.start()
  const data = await getDataFolder(first.connection)
  const { host } = first.connection
  const account = accountOf(data)
  await first.stop()
  if (!existsSync(host)) {
    mkdirSync(host, { mode: 0o700 })
    chownSync(host, account.uid, account.gid)
  }
  const certificates = join(sandbox.folder, 'certificates')
  mkdirSync(certificates, { mode: 0o755 })
  makeCertificates(certificates, account)
  writeFileSync(join(data, 'pg_hba.conf'), `local all all trust\n${rules}\n`)
  const port = await findFreePort()
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: host,
    fsync: 'off',
    ssl: 'on',
    ssl_cert_file: join(certificates, 'server.crt'),
    ssl_key_file: join(certificates, 'server.key'),
  }
  const { postgres } = await placeBinaries(sandbox.folder, account)
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = sandbox.track(spawn(postgres, ['-D', data, ...options], { ...account, stdio: 'ignore' }))
  const connection = { ...first.connection, port }
  for (;;) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended with code ${child.exitCode}`)
    if (
      await query(connection, 'select 1').then(
        () => true,
        () => false,
      )
    )
      return { port, certificates }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
