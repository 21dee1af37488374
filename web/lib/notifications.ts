import type {
  Channel,
  ChannelChange,
  ChannelList,
  ChannelSettings,
  CreatedChannel,
  DeliveryList,
  DeliveryLog,
  DeliveryQuery,
  NewChannel,
  NotificationList,
  TestResult,
} from '@contract/notifications.ts'
import { readAnswer, toJsonRequest } from './api'
import { authorizedFetch } from './session'

const root = '/api/v1/notifications'

const send = async <T>(path: string, init?: RequestInit): Promise<T> => readAnswer(await authorizedFetch(path, init))

const toBody = (method: 'POST' | 'PATCH', body: unknown): RequestInit => ({ ...toJsonRequest('POST', body), method })

/** The latest notifications of the account with the number of unread ones. */
export const fetchNotifications = (count: number): Promise<NotificationList> => send(`${root}?per_page=${count}`)

export const markRead = (id: number): Promise<unknown> => send(`${root}/${id}/read`, { method: 'POST' })

export const markAllRead = (): Promise<unknown> => send(`${root}/read`, { method: 'POST' })

export const fetchChannels = (): Promise<ChannelList> => send(`${root}/channels`)

export const createChannel = (channel: NewChannel): Promise<CreatedChannel> =>
  send(`${root}/channels`, toBody('POST', channel))

export const changeChannel = (id: number, change: ChannelChange): Promise<Channel> =>
  send(`${root}/channels/${id}`, toBody('PATCH', change))

export const testChannel = (id: number): Promise<TestResult> => send(`${root}/channels/${id}/test`, { method: 'POST' })

/** Deletes a channel; succeeds when it is already deleted. */
export async function deleteChannel(id: number): Promise<void> {
  const response = await authorizedFetch(`${root}/channels/${id}`, { method: 'DELETE' })
  if (response.status !== 404) await readAnswer(response)
}

export const fetchDeliveries = ({ page, per_page, state }: DeliveryQuery): Promise<DeliveryList> =>
  send(`${root}/deliveries?page=${page}&per_page=${per_page}${state === undefined ? '' : `&state=${state}`}`)

export const fetchDelivery = (id: number): Promise<DeliveryLog> => send(`${root}/deliveries/${id}`)

export const sendAgain = (id: number): Promise<DeliveryLog> =>
  send(`${root}/deliveries/${id}/send-again`, { method: 'POST' })

/** Sends a link that confirms the email of the account. */
export const sendVerification = (): Promise<unknown> => send('/api/v1/auth/send-verification', { method: 'POST' })

const worker = '/push-worker.js'

/**
 * Subscribes this browser to push messages of this server, and returns the settings of its channel. Throws with a
 * message for people when the browser refuses.
 */
export async function subscribeBrowser(publicKey: string): Promise<ChannelSettings> {
  if (!('serviceWorker' in navigator) || !('PushManager' in window))
    throw new Error('This browser has no push messages here. They need HTTPS, or localhost.')
  if ((await Notification.requestPermission()) !== 'granted')
    throw new Error('The browser blocks notifications of this site. Allow them in its settings.')
  await navigator.serviceWorker.register(worker)
  const { pushManager } = await navigator.serviceWorker.ready
  await (await pushManager.getSubscription())?.unsubscribe()
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })
  const { endpoint, keys } = subscription.toJSON()
  return { endpoint, p256dh: keys?.p256dh, auth: keys?.auth } as ChannelSettings
}
