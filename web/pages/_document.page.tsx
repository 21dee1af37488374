import NextDocument, { type DocumentContext, Head, Html, Main, NextScript } from 'next/document'
import {
  type Density,
  densityCookie,
  type Palette,
  paletteCookie,
  type Theme,
  themeCookie,
  toDensity,
  toPalette,
  toTheme,
} from '@/lib/preferences'

type Look = { nonce: string; theme: Theme; palette: Palette; density: Density }

/** Runs before the first paint, where the reader wants the theme of the system: the server cannot know that. */
const askSystem = `document.documentElement.dataset.theme=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light'`

/** The document around every page, in the look that the reader chose. */
export default class Document extends NextDocument<Look> {
  static override async getInitialProps(context: DocumentContext) {
    const { headers, cookies } = (context.req ?? {}) as {
      headers?: Record<string, string>
      cookies?: Partial<Record<string, string>>
    }
    return {
      ...(await NextDocument.getInitialProps(context)),
      nonce: headers?.['x-nonce'] ?? '',
      theme: toTheme(cookies?.[themeCookie]),
      palette: toPalette(cookies?.[paletteCookie]),
      density: toDensity(cookies?.[densityCookie]),
    }
  }

  override render() {
    const { nonce, theme, palette, density } = this.props
    const isSystem = theme === 'system'
    return (
      <Html
        lang="en"
        data-theme={isSystem ? 'dark' : theme}
        data-chosen-theme={theme}
        data-palette={palette}
        data-density={density}
      >
        <Head nonce={nonce}>
          {isSystem && <script nonce={nonce}>{askSystem}</script>}
          <meta name="application-name" content="CryptoFlow" />
          <meta name="theme-color" content="#0b0d12" media="(prefers-color-scheme: dark)" />
          <meta name="theme-color" content="#f6f7f9" media="(prefers-color-scheme: light)" />
          <link rel="manifest" href="/manifest.webmanifest" />
          <link rel="icon" href="/icon.svg" type="image/svg+xml" sizes="any" />
          <link rel="apple-touch-icon" href="/apple-icon.png" sizes="180x180" />
        </Head>
        <body>
          <Main />
          <NextScript nonce={nonce} />
        </body>
      </Html>
    )
  }
}
