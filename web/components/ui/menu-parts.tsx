import * as DropdownMenu from '@radix-ui/react-dropdown-menu'
import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { cn } from './cn'
import { IntentLink } from './intent-link'

/** Open when mounted: `menu.tsx` mounts it on request. */
export function Menu({ trigger, children }: { trigger: ReactNode; children: ReactNode }) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-48 rounded-panel border border-line-strong bg-raised p-1 text-[13px] shadow-lg"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

const item = 'flex h-8 cursor-pointer items-center rounded-[4px] px-2 outline-none data-highlighted:bg-line'

export function MenuItem({ onSelect, children }: { onSelect: () => void; children: ReactNode }) {
  return (
    <DropdownMenu.Item onSelect={onSelect} className={item}>
      {children}
    </DropdownMenu.Item>
  )
}

export function MenuLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <DropdownMenu.Item asChild className={item}>
      <IntentLink href={href}>{children}</IntentLink>
    </DropdownMenu.Item>
  )
}

/** A link of any height that does something else too. */
export function MenuEntry({ href, onSelect, children }: { href: string; onSelect: () => void; children: ReactNode }) {
  return (
    <DropdownMenu.Item
      asChild
      onSelect={onSelect}
      className="flex cursor-pointer rounded-[4px] px-2 py-1.5 outline-none data-highlighted:bg-line"
    >
      <IntentLink href={href}>{children}</IntentLink>
    </DropdownMenu.Item>
  )
}

export const MenuLabel = DropdownMenu.Label
export const MenuLine = () => <DropdownMenu.Separator className="my-1 h-px bg-line" />

export type MenuChoiceProps<T extends string> = {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
}

export function MenuChoice<T extends string>(props: MenuChoiceProps<T>) {
  return (
    <DropdownMenu.RadioGroup value={props.value} onValueChange={(value) => props.onChange(value as T)}>
      <DropdownMenu.Label className="px-2 pt-2 pb-1 text-[12px] text-faint">{props.label}</DropdownMenu.Label>
      {props.options.map(({ value, label }) => (
        <DropdownMenu.RadioItem key={value} value={value} className={cn(item, 'justify-between')}>
          {label}
          <DropdownMenu.ItemIndicator>
            <Check size={14} />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}

export type MenuChecksProps = {
  label: string
  options: readonly { id: string; label: string; isOn: boolean }[]
  onChange: (id: string, isOn: boolean) => void
}

export function MenuChecks(props: MenuChecksProps) {
  return (
    <DropdownMenu.Group>
      <DropdownMenu.Label className="px-2 pt-2 pb-1 text-[12px] text-faint">{props.label}</DropdownMenu.Label>
      {props.options.map(({ id, label, isOn }) => (
        <DropdownMenu.CheckboxItem
          key={id}
          checked={isOn}
          onCheckedChange={(next) => props.onChange(id, next)}
          onSelect={(event) => event.preventDefault()}
          className="flex h-8 cursor-pointer items-center justify-between gap-4 rounded-[4px] px-2 outline-none data-highlighted:bg-line"
        >
          {label}
          <DropdownMenu.ItemIndicator>
            <Check size={14} />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.CheckboxItem>
      ))}
    </DropdownMenu.Group>
  )
}
