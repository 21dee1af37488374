import type { CheckResult } from '@contract/quality.ts'
import { IntentLink } from '@/components/ui/intent-link'
import { Moment } from '@/components/ui/moment'
import { ScrollRegion } from '@/components/ui/scroll-region'
import { Value } from '@/components/ui/value'
import { formatExact, unknown } from '@/lib/format'
import { coinHref, runHref } from '@/lib/links'

type Sample = Record<string, unknown>

const maxSamples = 20

const instant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

const listSamples = ({ details }: CheckResult): Sample[] =>
  Array.isArray(details.samples) ? (details.samples as Sample[]) : []

const link = 'text-accent hover:underline'

/** A value of a failing row: coins and runs are links, numbers show every digit. */
function SampleValue({ name, value }: { name: string; value: unknown }) {
  if (value === null || value === undefined) return <Value text={unknown} />
  if (name === 'coingecko_id' && typeof value === 'string')
    return (
      <IntentLink href={coinHref({ coingecko_id: value })} className={link}>
        {value}
      </IntentLink>
    )
  if (name === 'run_id' && typeof value === 'number')
    return (
      <IntentLink href={runHref(value)} className={link}>
        {value}
      </IntentLink>
    )
  if (typeof value === 'string' && instant.test(value)) return <Moment at={value} precision="second" />
  if (typeof value === 'number') return formatExact(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const toLabel = (name: string): string => (name === 'coingecko_id' ? 'coin' : name.replaceAll('_', ' '))

/** The failing rows, worst first. */
export function Samples({ result }: { result: CheckResult }) {
  const samples = listSamples(result)
  const [first] = samples
  if (first === undefined) return null
  const names = Object.keys(first)
  return (
    <>
      <h3 className="mt-5 mb-2 text-[13px] font-semibold">
        Failing rows
        {samples.length >= maxSamples && <span className="ml-2 font-normal text-muted">worst {maxSamples}</span>}
      </h3>
      <ScrollRegion label="Failing rows" className="overflow-x-auto" data-testid="samples">
        <table className="num w-full border-collapse text-[12px]">
          <thead>
            <tr>
              {names.map((name) => (
                <th
                  key={name}
                  scope="col"
                  className="h-7 border-b border-line pr-4 text-left font-medium whitespace-nowrap text-muted"
                >
                  {toLabel(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {samples.map((sample) => (
              <tr key={JSON.stringify(sample)} className="border-b border-line last:border-0">
                {names.map((name) => (
                  <td key={name} className="h-7 max-w-72 truncate pr-4 whitespace-nowrap">
                    <SampleValue name={name} value={sample[name]} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </>
  )
}
