/** Shows push messages of CryptoFlow, and opens their page. */
self.addEventListener('push', (event) => {
  const { id, title, text, path } = event.data?.json() ?? {}
  if (title === undefined) return
  event.waitUntil(
    self.registration.showNotification(title, { body: text, tag: id, icon: '/apple-icon.png', data: { path } }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { href } = new URL(event.notification.data?.path ?? '/', self.location.origin)
  const open = async () => {
    const windows = await self.clients.matchAll({ type: 'window' })
    const same = windows.find((each) => each.url === href)
    return same === undefined ? self.clients.openWindow(href) : same.focus()
  }
  event.waitUntil(open())
})
