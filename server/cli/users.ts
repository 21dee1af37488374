import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { type Role, roles } from '../../contract/accounts.ts'
import { changeRole, createUser, removeUser, resetPassword } from '../accounts/administration.ts'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import { listUsers as listAccounts } from '../warehouse/users.ts'
import { withWarehouse } from './jobs.ts'
import { answer } from './terminal.ts'

const usage = 'npx cryptoflow user create EMAIL [--admin] | list | role EMAIL ROLE | password EMAIL | delete EMAIL'

const needEmailArgument = (email: string | undefined): string => {
  if (email === undefined) throw new AppError('bad_request', `Email missing. Usage: ${usage}`)
  return email
}

const silence = new Writable({ write: (_chunk, _encoding, done) => done() })

/** Reads a line from the terminal without echo. */
async function askHidden(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: silence, terminal: true })
  reader.on('SIGINT', () => process.exit(130))
  process.stderr.write(question)
  const line = await reader.question('')
  reader.close()
  process.stderr.write('\n')
  return line
}

/** The first line of standard input. */
async function readLine(): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin) text += chunk
  const line = text.split(/\r?\n/)[0] ?? ''
  if (line === '') throw new AppError('bad_request', 'Enter the password on a terminal or as a line of standard input.')
  return line
}

/** A password from the terminal, entered twice, or from standard input. Arguments would be visible to other users. */
async function askPassword(): Promise<string> {
  if (!process.stdin.isTTY) return readLine()
  const password = await askHidden('  Password: ')
  if ((await askHidden('  Repeat password: ')) !== password)
    throw new AppError('bad_request', 'The passwords do not match. Nothing was changed.')
  return password
}

async function create(config: Config, email: string, { admin, name }: { admin: boolean; name: string | null }) {
  const password = await askPassword()
  await withWarehouse(config, async ({ db }, mode) => {
    const role = admin ? 'administrator' : 'user'
    const account = await createUser(db, { email, password, fullName: name, role })
    const { id } = account
    answer(`  Created account ${account.email} in the ${mode} warehouse: ID ${id}, role ${role}`, {
      id,
      email: account.email,
      role,
      mode,
    })
  })
}

const list = (config: Config): Promise<void> =>
  withWarehouse(config, async ({ db }) => {
    const accounts = await listAccounts(db)
    const rows = accounts.map(
      ({ id, role, created_at, sessions, email }) =>
        `  ${String(id).padStart(6)} ${role.padEnd(13)} ${created_at.slice(0, 10)} ${String(sessions).padStart(8)} ${email}`,
    )
    answer([`  ${'ID'.padStart(6)} ${'ROLE'.padEnd(13)} ${'SINCE'.padEnd(10)} SESSIONS EMAIL`, ...rows], accounts)
  })

function toRole(name: string | undefined): Role {
  const role = roles.find((one) => one === name)
  if (role === undefined) throw new AppError('bad_request', `Role missing. Choose one of ${roles.join(', ')}.`)
  return role
}

const setRole = (config: Config, email: string, name: string | undefined): Promise<void> => {
  const role = toRole(name)
  return withWarehouse(config, async ({ db }) => {
    const changed = await changeRole(db, email, role)
    answer(
      changed
        ? `  ${email} now has the role ${role}. Its sessions have ended.`
        : `  ${email} already has the role ${role}`,
      {
        email,
        role,
        changed,
      },
    )
  })
}

async function setPassword(config: Config, email: string): Promise<void> {
  const password = await askPassword()
  await withWarehouse(config, ({ db }) => resetPassword(db, email, password))
  answer(`  New password set for ${email}. Its sessions have ended.`, { email })
}

/** `cryptoflow user ...`: manages accounts from the server's command line. */
export async function manageUsers(
  config: Config,
  [command, email, role]: readonly string[],
  options: { admin: boolean; name: string | null },
): Promise<void> {
  if (command === 'list') return list(config)
  if (command === 'create') return create(config, needEmailArgument(email), options)
  if (command === 'role') return setRole(config, needEmailArgument(email), role)
  if (command === 'password') return setPassword(config, needEmailArgument(email))
  if (command !== 'delete') throw new AppError('bad_request', `Command missing. Usage: ${usage}`)
  const name = needEmailArgument(email)
  await withWarehouse(config, ({ db }) => removeUser(db, name))
  answer(`  Deleted the account ${name} with its sessions and watchlist`, { email: name, deleted: true })
}
