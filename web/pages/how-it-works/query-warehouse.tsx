import { Panel } from '@/components/ui/panel'
import { SqlText } from '@/components/ui/sql-text'

const external = 'psql "$DATABASE_URL"'
const builtIn = `psql -h "$(node -p "require('./data/cryptoflow.json').connection.host")" -U cryptoflow cryptoflow`

const example = `select c.name, f.timestamp, f.price_usd
from fact_market_data f
join dim_coin c on c.id = f.coin_id
where c.coingecko_id = 'bitcoin'
  and f.timestamp > now() - interval '1 day'
order by f.timestamp desc
limit 10;`

export function QueryWarehouse({ isDemo }: { isDemo: boolean }) {
  return (
    <Panel title="Query the warehouse" note="Plain PostgreSQL">
      <div className="grid gap-x-6 gap-y-4 p-4 text-[13px] lg:grid-cols-2">
        <div className="min-w-0">
          <p>
            The built-in PostgreSQL listens on a local socket of its own user account while CryptoFlow runs. In the
            project folder, with the default DATA_DIR:
          </p>
          <SqlText sql={builtIn} label="psql on the built-in PostgreSQL" />
          <p className="mt-3">With an external PostgreSQL:</p>
          <SqlText sql={external} label="psql on an external PostgreSQL" />
          {isDemo && (
            <p className="mt-3 text-muted">This warehouse holds simulated data. Live data is stored separately.</p>
          )}
        </div>
        <div className="min-w-0">
          <p>
            Column comments give unit and source (<code>\d+ fact_market_data</code>). Timestamps are UTC. Facts have one
            row per coin and time, from snapshots and from history:
          </p>
          <SqlText sql={example} label="Example query" />
        </div>
      </div>
    </Panel>
  )
}
