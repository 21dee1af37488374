type Point = { when: 'before' | 'after'; query: RegExp | null; published: boolean }

/** Moments of an ingest run at which a process can die, and whether its snapshot is published then. */
export const killPoints = {
  'before the run is recorded': { when: 'before', query: /^insert into "pipeline_runs"/, published: false },
  'before the fetch': { when: 'before', query: null, published: false },
  'after the fetch': { when: 'before', query: /pg_inherits/, published: false },
  'inside the transaction, before the facts': {
    when: 'before',
    query: /^insert into fact_market_data/,
    published: false,
  },
  'inside the transaction, after the facts': {
    when: 'after',
    query: /^insert into fact_market_data/,
    published: false,
  },
  'before COMMIT': { when: 'before', query: /^commit$/, published: false },
  'after COMMIT': { when: 'after', query: /^commit$/, published: true },
  'before the run is closed': { when: 'before', query: /^update "pipeline_runs" set "status"/, published: true },
} as const satisfies Record<string, Point>

export type KillPoint = keyof typeof killPoints

export const isKillPoint = (name: string): name is KillPoint => name in killPoints
