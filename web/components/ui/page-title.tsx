import type { ReactNode } from 'react'

/** The title of a page, above its content. */
export const PageTitle = ({ children }: { children: ReactNode }) => (
  <h1 className="mb-3 text-[20px] leading-8 font-semibold">{children}</h1>
)
