import '@fontsource-variable/inter'
import '@/styles/globals.css'
import type { Currency } from '@contract/currencies.ts'
import type { Readiness } from '@contract/status.ts'
import NextApp, { type AppContext, type AppProps } from 'next/app'
import localFont from 'next/font/local'
import Head from 'next/head'
import { useMemo, useState } from 'react'
import { AccountMenu } from '@/components/shell/account-menu'
import { AppearanceMenu } from '@/components/shell/appearance-menu'
import { Banner } from '@/components/shell/banner'
import { BottomNav } from '@/components/shell/bottom-nav'
import { CurrencyMenu } from '@/components/shell/currency-menu'
import { Footer } from '@/components/shell/footer'
import { LiveIndicator } from '@/components/shell/live-indicator'
import { NotificationBell } from '@/components/shell/notification-bell'
import { Providers } from '@/components/shell/providers'
import { Rail } from '@/components/shell/rail'
import { Search } from '@/components/shell/search'
import type { DehydratedProps } from '@/lib/api'
import { fetchReadiness, findCurrency, orNull } from '@/lib/api'
import { currencyCookie, railCookie, toCurrency } from '@/lib/preferences'
import { sessionHint } from '@/lib/session-hint'

/** The Latin part of the font, which every page needs at once; other scripts come by the whole family when they are met. */
const inter = localFont({
  src: '../../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2',
  weight: '100 900',
})

/** What the frame around the pages starts with. */
type Shell = { readiness: Readiness | null; currency: Currency | null; isNarrow: boolean; isSignedIn: boolean }

type ShellProps = AppProps<Partial<DehydratedProps>> & { shell: Shell | null }

const unknown: Shell = { readiness: null, currency: null, isNarrow: false, isSignedIn: false }

const description = 'Your own real-time crypto market warehouse: live prices, history, risk and data quality.'

/** Each page, in the frame of all. The frame stays as it is from one page to the next, and so does what it started with. */
export default function App({ Component, pageProps, shell }: ShellProps) {
  const [{ readiness, currency, isNarrow, isSignedIn }] = useState(shell ?? unknown)
  const page = useMemo(() => <Component {...pageProps} />, [Component, pageProps])
  return (
    <Providers readiness={readiness} currency={currency} dehydrated={pageProps.dehydrated}>
      <Head>
        <title key="title">CryptoFlow</title>
        <meta key="viewport" name="viewport" content="width=device-width, initial-scale=1" />
        <meta key="description" name="description" content={description} />
        <style key="font">{`:root { --font-inter: ${inter.style.fontFamily} }`}</style>
      </Head>
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
        Skip to content
      </a>
      <div className="flex min-h-dvh">
        <Rail startsNarrow={isNarrow} />
        <div className="flex min-w-0 flex-1 flex-col">
          <header className="sticky top-0 z-20 flex h-12 items-center gap-3 border-b border-line bg-surface px-3 md:px-5">
            <Search />
            <div className="ml-auto flex items-center gap-2 whitespace-nowrap">
              <LiveIndicator />
              <CurrencyMenu />
              <AppearanceMenu />
              <NotificationBell startsSignedIn={isSignedIn} />
              <AccountMenu startsSignedIn={isSignedIn} />
            </div>
          </header>
          <Banner />
          <main id="content" className="px-3 pt-4 md:px-5">
            {page}
          </main>
          <Footer />
        </div>
      </div>
      <BottomNav />
    </Providers>
  )
}

/** Asked on the server for each page; in a browser, where a page needs nothing of the server, the frame is there already. */
App.getInitialProps = async (context: AppContext) => {
  const request = context.ctx.req as { cookies?: Partial<Record<string, string>> } | undefined
  const code = toCurrency(request?.cookies?.[currencyCookie])
  const [props, readiness, currency] = await Promise.all([
    NextApp.getInitialProps(context),
    request === undefined ? null : orNull(fetchReadiness()),
    request === undefined || code === 'usd' ? null : orNull(findCurrency(code)),
  ])
  const { [railCookie]: rail, [sessionHint]: hint } = request?.cookies ?? {}
  const shell: Shell | null =
    request === undefined ? null : { readiness, currency, isNarrow: rail === 'narrow', isSignedIn: hint !== undefined }
  return { ...props, shell }
}
