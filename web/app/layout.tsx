import '@fontsource-variable/inter'
import './globals.css'
import type { Metadata, Viewport } from 'next'
import { cookies, headers } from 'next/headers'
import type { ReactNode } from 'react'
import { AccountMenu } from '@/components/shell/account-menu'
import { Banner } from '@/components/shell/banner'
import { BottomNav } from '@/components/shell/bottom-nav'
import { Footer } from '@/components/shell/footer'
import { LiveIndicator } from '@/components/shell/live-indicator'
import { LookMenu } from '@/components/shell/look-menu'
import { densityCookie, paletteCookie, railCookie, toDensity, toPalette } from '@/components/shell/preferences'
import { Providers } from '@/components/shell/providers'
import { Rail } from '@/components/shell/rail'
import { Search } from '@/components/shell/search'
import { fetchReadiness, orNull } from '@/lib/api'
import { sessionHint } from '@/lib/session-hint'

export const metadata: Metadata = {
  title: { default: 'CryptoFlow', template: '%s · CryptoFlow' },
  description: 'Your own real-time crypto market warehouse: live prices, history, risk, and how well the data are.',
  applicationName: 'CryptoFlow',
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: dark)', color: '#0b0d12' },
    { media: '(prefers-color-scheme: light)', color: '#f6f7f9' },
  ],
}

export default async function Layout({ children }: { children: ReactNode }) {
  const [jar, asked, readiness] = await Promise.all([cookies(), headers(), orNull(fetchReadiness())])
  const palette = toPalette(jar.get(paletteCookie)?.value)
  const density = toDensity(jar.get(densityCookie)?.value)
  return (
    <html lang="en" data-palette={palette} data-density={density} suppressHydrationWarning>
      <body>
        <Providers readiness={readiness} nonce={asked.get('x-nonce') ?? ''}>
          <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
            Skip to the content
          </a>
          <div className="flex min-h-dvh">
            <Rail startsNarrow={jar.get(railCookie)?.value === 'narrow'} />
            <div className="flex min-w-0 flex-1 flex-col">
              <header className="sticky top-0 z-20 flex h-12 items-center gap-3 border-b border-line bg-surface px-3 md:px-5">
                <Search />
                <div className="ml-auto flex items-center gap-2 whitespace-nowrap">
                  <LiveIndicator />
                  <LookMenu />
                  <AccountMenu startsSignedIn={jar.has(sessionHint)} />
                </div>
              </header>
              <Banner />
              <main id="content" className="px-3 pt-4 md:px-5">
                {children}
              </main>
              <Footer />
            </div>
          </div>
          <BottomNav />
        </Providers>
      </body>
    </html>
  )
}
