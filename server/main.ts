#!/usr/bin/env node
import { parseArgs } from 'node:util'
import packageFacts from '../package.json' with { type: 'json' }
import type { Counts } from './cli/cluster.ts'
import { type Config, listSecrets, readConfig } from './config.ts'
import { readEnvFile } from './env-file.ts'
import { AppError } from './errors.ts'
import { hideSecrets } from './redact.ts'

const help = `CryptoFlow ${packageFacts.version}: a self-hosted, real-time crypto market warehouse

Usage: npx cryptoflow <command>

  start [--background]   run CryptoFlow in this terminal, or in the background
  cluster                run several processes on this machine [--api 2 --live 2 --jobs 1 --background]
  build                  build the web app ahead of the first start
  stop                   stop CryptoFlow on this data folder
  status                 show whether it is running on this data folder, its URL and the state of its data
  migrate                apply pending database migrations
  job list               list the jobs with state, last run and next run
  job run <job>          run a job now; transform_aggregates --full rebuilds all candles,
                         backfill_history --coin ID --from DAY [--to DAY] fetches a range again
  job pause <job>        stop scheduled runs of a job; job resume <job> allows them again
  job cancel <job|run>   cancel a run at its next checkpoint
  user create <email>    create an account [--admin --name NAME]; asks for the password
  user list              list the accounts
  user role <email> <r>  set the role, user or administrator; ends the account's sessions
  user password <email>  set a new password; ends the account's sessions
  user delete <email>    delete an account with its personal data
  key create <email>     create an API key [--name NAME --scope read,export --limit N]; shows it once
  key list               list the API keys of all accounts
  key revoke <id>        revoke an API key
  sql [statement]        read-only SQL over the views market.* [--csv]; without a statement: psql or a prompt
         [--show]          show the URL for SQL tools (SQL_PORT) instead
         [--grants]        print the statements for your own server instead
  mcp [--url URL]        serve the Model Context Protocol on standard input and output; key: CRYPTOFLOW_API_KEY
  export --table T --out DIR   write a fact table as Parquet, a file per month [--from DAY --to DAY --coin IDS]
  backup <file>          back up the warehouse to a new file, also while it is running
  restore <file>         restore a backup into an empty warehouse
  retention              drop raw facts older than RETAIN_RAW_DAYS; keeps their candles
  simulate               serve only the simulated market [--port 3030 --coins 250 --seed 1]
  doctor                 check ports, disk, database and sources
         [--storage]       show the size of each table instead
         [--supply-chain]  list dependencies, licenses and known vulnerabilities instead

Results go to standard output, with --json as one JSON document. Progress and logs go to standard error.
Exit codes: 0 success, 1 failure, 3 not running (status). --help, --version.

Settings come from the environment or a .env file. See .env.example.
`

function loadConfig(): Config {
  const config = readConfig()
  hideSecrets(listSecrets(config))
  return config
}

/** Runs the processes, or is one of them. */
async function runCluster(values: Counts & { background?: boolean | undefined }): Promise<void> {
  const { isMember, runMember } = await import('./cli/cluster-member.ts')
  if (isMember()) return runMember(loadConfig())
  const { api, live, jobs } = values
  const command = ['cluster', '--api', api, '--live', live, '--jobs', jobs]
  if (values.background) return (await import('./cli/start.ts')).startInBackground(loadConfig(), command)
  return (await import('./cli/cluster.ts')).startCluster(loadConfig(), { api, live, jobs })
}

const options = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
  json: { type: 'boolean' },
  background: { type: 'boolean' },
  full: { type: 'boolean' },
  coin: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  storage: { type: 'boolean' },
  'supply-chain': { type: 'boolean' },
  admin: { type: 'boolean' },
  name: { type: 'string' },
  scope: { type: 'string', default: 'read' },
  limit: { type: 'string' },
  csv: { type: 'boolean' },
  show: { type: 'boolean' },
  grants: { type: 'boolean' },
  url: { type: 'string' },
  table: { type: 'string' },
  out: { type: 'string' },
  port: { type: 'string', default: '3030' },
  coins: { type: 'string', default: '250' },
  seed: { type: 'string', default: '1' },
  api: { type: 'string', default: '2' },
  live: { type: 'string', default: '2' },
  jobs: { type: 'string', default: '1' },
} as const

async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options,
  })
  const [command, ...rest] = positionals
  if (values.version) return void process.stdout.write(`${packageFacts.version}\n`)
  if (values.help || command === undefined || command === 'help') return void process.stdout.write(help)
  if (values.json) (await import('./cli/terminal.ts')).answerAsJson()
  switch (command) {
    case 'start': {
      const { start, startInBackground } = await import('./cli/start.ts')
      return values.background ? startInBackground(loadConfig(), ['start']) : start(loadConfig())
    }
    case 'cluster':
      return runCluster(values)
    case 'build':
      return (await import('./cli/build.ts')).buildWeb()
    case 'stop':
    case 'status':
      return (await import('./cli/control.ts'))[command](loadConfig())
    case 'migrate':
      return (await import('./cli/jobs.ts')).migrateWarehouse(loadConfig())
    case 'job': {
      const { runJobCommand } = await import('./cli/jobs.ts')
      return runJobCommand(loadConfig(), rest, values)
    }
    case 'user': {
      const { manageUsers } = await import('./cli/users.ts')
      return manageUsers(loadConfig(), rest, { admin: values.admin ?? false, name: values.name ?? null })
    }
    case 'key': {
      const { name = null, scope, limit = null } = values
      return (await import('./cli/keys.ts')).manageKeys(loadConfig(), rest, { name, scope, limit })
    }
    case 'sql': {
      const { csv = false, show = false, grants = false } = values
      return (await import('./cli/sql.ts')).runSql(loadConfig(), rest[0], { csv, show, grants })
    }
    case 'mcp':
      return (await import('./cli/mcp.ts')).serveMcp(loadConfig(), values.url)
    case 'export': {
      const { table = null, from = null, to = null, out = null, coin: coins = null } = values
      return (await import('./cli/export.ts')).exportTable(loadConfig(), { table, from, to, coins, out })
    }
    case 'backup':
    case 'restore':
      return (await import('./cli/backup.ts'))[command](loadConfig(), rest[0])
    case 'retention':
      return (await import('./cli/jobs.ts')).retain(loadConfig())
    case 'simulate':
      return (await import('./cli/simulate.ts')).simulate(values)
    case 'doctor':
      if (values['supply-chain']) return (await import('./cli/supply-chain.ts')).reportSupplyChain()
      return (await import('./cli/doctor.ts'))[values.storage ? 'reportStorage' : 'doctor'](loadConfig())
  }
  throw new AppError(
    'bad_request',
    `Unknown command "${positionals.join(' ')}". Run \`npx cryptoflow --help\` for the list.`,
  )
}

try {
  for (const [name, value] of Object.entries(readEnvFile('.env'))) process.env[name] ??= value
  await run(process.argv.slice(2))
} catch (error) {
  const known =
    error instanceof AppError || (error instanceof Error && 'code' in error && /^ERR_PARSE/.test(String(error.code)))
  process.stderr.write(`\n${known ? (error as Error).message : error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
}
