import { showToast } from './toast'

/** Copies an address. Browsers allow it on HTTPS and localhost only. */
export async function copyLink(href: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(href)
    showToast('Link copied.', 'success')
  } catch {
    showToast("Can't copy the link. Copy it from the address bar.")
  }
}
