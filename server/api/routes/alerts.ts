import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { preValidationHookHandler } from 'fastify'
import { Type } from 'typebox'
import {
  Alert,
  AlertChange,
  AlertCheck,
  AlertEvents,
  AlertEventsQuery,
  AlertList,
  AlertPageQuery,
  AlertParams,
  AlertSnooze,
  AlertTest,
  ClassicAlertChange,
  NewAlert,
  TriggeredAlerts,
} from '../../../contract/alerts.ts'
import { toPage } from '../../../contract/queries.ts'
import {
  countTriggeredAlerts,
  countWatchedPrices,
  deleteAlert,
  getAlert,
  listAlerts,
  pageAlertEvents,
  takeUnchecked,
} from '../../warehouse/alerts.ts'
import type { Db } from '../../warehouse/db.ts'
import { changeAlert, changeClassic, createAlert, readAlert, testAlert, toAlerts } from '../alerts/alerts.ts'
import { checkCondition } from '../alerts/conditions.ts'
import { type Authentication, getCaller, signedIn } from '../plugins/authentication.ts'
import { exactBody, failures } from '../plugins/bodies.ts'

const common = { tags: ['alerts'], ...signedIn }
const one = { ...common, params: AlertParams }
const reading = failures('unprocessable', 'unauthorized', 'not_found')
const changing = failures('bad_request', 'unprocessable', 'unauthorized', 'forbidden', 'not_found')

type Options = { db: Db; auth: Authentication }
type Register = (app: Parameters<typeof alertRoutes>[0], db: Db) => void

/** Says what is wrong with the condition of a body, before the schema says that none of its types match. */
const preValidation: preValidationHookHandler = (request, _reply, done) => {
  const { body } = request
  if (typeof body === 'object' && body !== null && 'condition' in body) checkCondition(body.condition)
  done()
}

/** The alerts of the caller. That of another account is not found. */
export const alertRoutes: FastifyPluginCallbackTypebox<Options> = (app, { db, auth }, done) => {
  app.addHook('onRequest', auth.authenticate)
  registerLists(app, db)
  registerNew(app, db)
  registerOne(app, db)
  registerActions(app, db)
  done()
}

const refOf = (request: { params: { alert_id: string } }, userId: number) => ({
  userId,
  alertId: Number(request.params.alert_id),
})

const registerLists: Register = (app, db) => {
  app.get(
    '/alerts',
    {
      schema: {
        summary: 'Your alerts, newest first',
        ...common,
        response: { 200: AlertList, ...failures('unauthorized') },
      },
    },
    async (request) => toAlerts(await listAlerts(db, { userId: getCaller(request).id })),
  )
  app.get(
    '/alerts/events',
    {
      schema: {
        summary: 'The history of your alerts: their triggers, newest first',
        ...common,
        querystring: AlertEventsQuery,
        response: { 200: AlertEvents, ...reading },
      },
    },
    async (request) => {
      const userId = getCaller(request).id
      const { alert_id } = request.query
      if (alert_id !== undefined) await getAlert(db, { userId, alertId: alert_id })
      const { items, total } = await pageAlertEvents(db, userId, request.query)
      return toPage(items, total, request.query)
    },
  )
  app.get(
    '/alerts/triggered',
    {
      schema: {
        summary: 'Your alerts that have triggered, the last one first, for older clients',
        ...common,
        querystring: AlertPageQuery,
        response: { 200: TriggeredAlerts, ...failures('unprocessable', 'unauthorized') },
      },
    },
    async (request) => {
      const userId = getCaller(request).id
      const { page, per_page } = request.query
      const [rows, total] = await Promise.all([
        listAlerts(db, { userId, isTriggered: true, limit: per_page, offset: (page - 1) * per_page }),
        countTriggeredAlerts(db, userId),
      ])
      return toPage(await toAlerts(rows), total, request.query)
    },
  )
}

const registerNew: Register = (app, db) => {
  app.post(
    '/alerts',
    {
      validatorCompiler: exactBody,
      preValidation,
      schema: {
        summary: 'Create an alert',
        ...common,
        body: NewAlert,
        response: { 201: Alert, ...changing, ...failures('conflict') },
      },
    },
    async (request, reply) => reply.code(201).send(await createAlert(db, getCaller(request).id, request.body)),
  )
  app.post(
    '/alerts/check',
    {
      schema: {
        summary: 'Price alerts that triggered since the last call, for older clients',
        description: 'Alerts are evaluated without it. Each trigger of the last day is returned once.',
        ...common,
        response: { 200: AlertCheck, ...failures('unauthorized', 'forbidden') },
      },
    },
    async (request) => {
      const userId = getCaller(request).id
      const [triggered, checked] = await Promise.all([takeUnchecked(db, userId), countWatchedPrices(db, userId)])
      return { triggered, checked }
    },
  )
}

const registerOne: Register = (app, db) => {
  app.get(
    '/alerts/:alert_id',
    { schema: { summary: 'One alert', ...one, response: { 200: Alert, ...reading } } },
    (request) => readAlert(db, refOf(request, getCaller(request).id)),
  )
  app.patch(
    '/alerts/:alert_id',
    {
      validatorCompiler: exactBody,
      preValidation,
      schema: {
        summary: 'Change an alert',
        description: 'A new condition or repeat arms it again, and so does is_active: true after it has ended.',
        ...one,
        body: AlertChange,
        response: { 200: Alert, ...changing, ...failures('conflict') },
      },
    },
    (request) => changeAlert(db, refOf(request, getCaller(request).id), request.body),
  )
  app.put(
    '/alerts/:alert_id',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Change the price of a price alert, for older clients',
        ...one,
        body: ClassicAlertChange,
        response: { 200: Alert, ...changing, ...failures('conflict') },
      },
    },
    (request) => changeClassic(db, refOf(request, getCaller(request).id), request.body),
  )
  app.delete(
    '/alerts/:alert_id',
    {
      schema: {
        summary: 'Delete an alert; its history stays',
        ...one,
        response: { 204: Type.Null(), ...changing },
      },
    },
    async (request, reply) => {
      await deleteAlert(db, refOf(request, getCaller(request).id))
      return reply.code(204).send(null)
    },
  )
}

const registerActions: Register = (app, db) => {
  app.post(
    '/alerts/:alert_id/snooze',
    {
      validatorCompiler: exactBody,
      schema: {
        summary: 'Keep an alert from triggering until a time',
        ...one,
        body: AlertSnooze,
        response: { 200: Alert, ...changing, ...failures('conflict') },
      },
    },
    (request) => changeAlert(db, refOf(request, getCaller(request).id), { snoozed_until: request.body.until }),
  )
  app.post(
    '/alerts/:alert_id/test',
    {
      schema: {
        summary: 'Send a test of an alert to the app and its channels',
        ...one,
        response: { 200: AlertTest, ...changing },
      },
    },
    (request) => testAlert(db, refOf(request, getCaller(request).id)),
  )
}
