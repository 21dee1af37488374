import type { MetadataRoute } from 'next'

/** What a device needs to keep the app beside its own. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    name: 'CryptoFlow',
    short_name: 'CryptoFlow',
    description: 'Your own real-time crypto market warehouse',
    start_url: '/',
    display: 'standalone',
    background_color: '#0b0d12',
    theme_color: '#0b0d12',
    icons: [
      { src: '/icon.svg', type: 'image/svg+xml', sizes: 'any' },
      { src: '/apple-icon.png', type: 'image/png', sizes: '180x180' },
    ],
    shortcuts: [{ name: 'Market', url: '/market' }],
  }
}
