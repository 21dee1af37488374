import { ArrowLeft, SlidersHorizontal } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import { Segmented } from '@/components/ui/segmented'
import { periods } from './change-tiers'
import { type GroupingName, groupingNames, groupings } from './treemap-groups'
import { exclusions, sizes, type useMap } from './treemap-state'

const periodOptions = periods.map((value) => ({ value, label: value }))
const groupOptions = [
  { value: 'none', label: 'None' },
  ...groupingNames.map((value) => ({ value, label: groupings[value].label })),
]
const excludedLabels = { bitcoin: 'Without Bitcoin', stablecoins: 'Without stablecoins' } as const

function toSizeOptions(total: number) {
  const options = sizes.filter((size) => size === 'all' || Number(size) < total)
  return options.map((value) => ({ value, label: value === 'all' ? 'All' : `Top ${value}` }))
}

/** Period, number of coins, what is left out, grouping, and the way back from a part. */
export function TreemapControls({ map }: { map: ReturnType<typeof useMap> }) {
  const { map: size, period, without, group, zoom, setState, data } = map
  const sizeOptions = toSizeOptions(data?.total ?? 0)
  const exclude = (id: string, isOn: boolean) => {
    const next = exclusions.filter((name) => (name === id ? isOn : without.includes(name)))
    void setState({ without: next.length === 0 ? null : next })
  }
  const groupBy = (value: string) =>
    void setState({ group: groupingNames.find((name): name is GroupingName => name === value) ?? null, zoom: null })
  return (
    <>
      {group !== null && zoom !== null && (
        <Button title="Show all parts of the map" onClick={() => void setState({ zoom: null })}>
          <ArrowLeft size={16} strokeWidth={1.75} />
          {groupings[group].toLabel(zoom)}
        </Button>
      )}
      <Segmented
        label="Period of the colors"
        value={period}
        options={periodOptions}
        onChange={(next) => void setState({ period: next })}
      />
      <Menu
        trigger={
          <Button aria-label="Map options" title="Map options" className="px-2">
            <SlidersHorizontal size={16} strokeWidth={1.75} />
          </Button>
        }
      >
        {({ MenuChecks, MenuChoice, MenuLine }) => (
          <>
            <MenuChecks
              label="Leave out"
              options={exclusions.map((id) => ({ id, label: excludedLabels[id], isOn: without.includes(id) }))}
              onChange={exclude}
            />
            <MenuLine />
            {sizeOptions.length > 1 && (
              <>
                <MenuChoice
                  label="Number of coins"
                  value={size}
                  options={sizeOptions}
                  onChange={(next) => void setState({ map: next })}
                />
                <MenuLine />
              </>
            )}
            <MenuChoice label="Group by" value={group ?? 'none'} options={groupOptions} onChange={groupBy} />
          </>
        )}
      </Menu>
    </>
  )
}
