import { Panel } from '@/components/ui/panel'
import { SqlText } from '@/components/ui/sql-text'

const own = 'psql "$DATABASE_URL"'
const builtIn = `psql -h "$(node -p "require('./data/cryptoflow.json').connection.host")" -U cryptoflow cryptoflow`

const example = `select c.name, f.timestamp, f.price_usd
from fact_market_data f
join dim_coin c on c.id = f.coin_id
where c.coingecko_id = 'bitcoin'
  and f.timestamp > now() - interval '1 day'
order by f.timestamp desc
limit 10;`

/** How to reach the warehouse itself. */
export function Query({ isDemo }: { isDemo: boolean }) {
  return (
    <Panel title="Query the warehouse" note="It is plain PostgreSQL, and yours">
      <div className="grid gap-x-6 gap-y-4 p-4 text-[13px] lg:grid-cols-2">
        <div className="min-w-0">
          <p>
            The built-in PostgreSQL listens on a socket that its own account may enter, while CryptoFlow runs. In the
            folder of the project, with the default DATA_DIR:
          </p>
          <SqlText sql={builtIn} label="psql on the built-in PostgreSQL" />
          <p className="mt-3">With a PostgreSQL of your own:</p>
          <SqlText sql={own} label="psql on your own PostgreSQL" />
          {isDemo && (
            <p className="mt-3 text-muted">
              This warehouse holds the simulated market; live data are kept apart from it.
            </p>
          )}
        </div>
        <div className="min-w-0">
          <p>
            Columns carry their unit and source as comments (<code>\d+ fact_market_data</code>). Instants are UTC; facts
            are one row per coin and tick:
          </p>
          <SqlText sql={example} label="An example" />
        </div>
      </div>
    </Panel>
  )
}
