export function Kbd({ children }: { children: string }) {
  return (
    <kbd className="rounded-[4px] border border-line-strong px-1 text-[12px] leading-4 font-normal text-faint">
      {children}
    </kbd>
  )
}
