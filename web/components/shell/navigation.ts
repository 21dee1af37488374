import { ChartScatter, LayoutDashboard, type LucideIcon, Table2 } from 'lucide-react'

/** The pages of the app, in the order of the rail. */
export const pages: readonly { href: string; label: string; icon: LucideIcon }[] = [
  { href: '/', label: 'Dashboard', icon: LayoutDashboard },
  { href: '/market', label: 'Market', icon: Table2 },
  { href: '/analytics', label: 'Analytics', icon: ChartScatter },
]
