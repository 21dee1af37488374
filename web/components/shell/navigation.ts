import {
  BellRing,
  ChartScatter,
  GitCompareArrows,
  LayoutDashboard,
  type LucideIcon,
  Route,
  ShieldCheck,
  Table2,
  Wallet,
  Waypoints,
} from 'lucide-react'

/** Pages in the order of the navigation. */
export const pages: readonly {
  href: string
  label: string
  icon: LucideIcon
  /** Its shortcut, where another page has the first letter of its name. */
  key?: string
}[] = [
  { href: '/', label: 'Dashboard', icon: LayoutDashboard },
  { href: '/market', label: 'Market', icon: Table2 },
  { href: '/analytics', label: 'Analytics', icon: ChartScatter },
  { href: '/compare', label: 'Compare', icon: GitCompareArrows },
  { href: '/pipeline', label: 'Pipeline', icon: Waypoints },
  { href: '/quality', label: 'Quality', icon: ShieldCheck },
  { href: '/portfolio', label: 'Portfolio', icon: Wallet, key: 'o' },
  { href: '/alerts', label: 'Alerts', icon: BellRing, key: 'l' },
  { href: '/how-it-works', label: 'How it works', icon: Route },
]

/** Keys that open a page after `g`: the first letter of its name, or its own. */
export const pageKeys: readonly { key: string; href: string; label: string }[] = pages.map(({ href, label, key }) => ({
  key: key ?? label.slice(0, 1).toLowerCase(),
  href,
  label,
}))
