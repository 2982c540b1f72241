import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type Duration,
  durationMeant,
  durationPattern,
  formatDuration,
  parseDuration,
  writeDuration,
} from '../../../src/engine/time/duration.ts'
import { formatInstant, parseInstant, readInstant } from '../../../src/engine/time/instant.ts'
import { Queue } from '../../../src/engine/time/queue.ts'
import { createMock, type MockOptions } from '../../../src/index.ts'
import { newSession, setupApi, startTime } from '../../support/api.ts'
import { later } from '../../support/instants.ts'

const second = 1e6

describe('a duration', () => {
  it.each([
    ['500ms', 500e3],
    ['2s', 2 * second],
    ['10m', 600 * second],
    ['6h', 6 * 3600 * second],
    ['24h', 86_400 * second],
    ['3d', 3 * 86_400 * second],
    ['0s', 0],
    ['1.5h', 5400 * second],
    ['0.5ms', 500],
    ['0.25s', 250e3],
    ['5h59m', 5 * 3600 * second + 59 * 60 * second],
    ['1d12h', 36 * 3600 * second],
    ['1d2h3m4s5ms', 93_784_005e3],
    ['1h0.5s', 3600.5 * second],
  ])('%s is read', (text, microseconds) => {
    expect(parseDuration(text)).toBe(microseconds)
  })

  it('is whole microseconds, however fine its fraction', () => {
    expect(parseDuration('0.0000015s')).toBe(2)
  })

  it.each([
    '6 hrs',
    '',
    5,
    'h',
    '30m1h',
    '1h1h',
    '1h 30m',
    '1h30',
    '6',
    '1,5h',
    ' 6h',
    '6h ',
    '+6h',
    '.5h',
    '1.h',
    '6H',
    '1e3s',
    '6y',
    null,
    undefined,
    {},
    ['6h'],
  ])('%j is refused with the forms that are accepted', (given) => {
    expect(() => parseDuration(given)).toThrow(/not a duration.*ms, s, m, h, d.*"6h"/)
  })

  it('that is refused is shown as it was given', () => {
    expect(() => parseDuration('30m1h')).toThrow('"30m1h"')
  })

  it.each([
    ['6hr', '"6h"'],
    ['5sec', '"5s"'],
    ['5mss', '"5ms"'],
    ['500 milliseconds', '"500ms"'],
    ['1 day', '"1d"'],
    ['2 weeks', '"14d"'],
    ['90 min', '"90m"'],
    ['1 day, 2 hours and 3 minutes', '"1d2h3m"'],
    ['30m1h', '"1h30m"'],
    ['1h 30m', '"1h30m"'],
    ['1,5h', '"1.5h"'],
    ['6H', '"6h"'],
    ['30', '"30s", "30m" or "30h"'],
    [30, '"30s", "30m" or "30h"'],
    [1.5, '"1.5s", "1.5m" or "1.5h"'],
  ])('%s is refused with the duration that was meant', (given, meant) => {
    expect(() => parseDuration(given)).toThrow(`Did you mean ${meant}?`)
  })

  it.each(['5 months', '6y', 'soon', '-1h', '1:30', `${'1'.repeat(200)} day`])(
    '%s is refused without a guess',
    (given) => {
      expect(() => parseDuration(given)).not.toThrow('Did you mean')
      expect(() => parseDuration(given)).toThrow('is not a duration')
    },
  )

  it('that is suggested is one that can be read', () => {
    const unit = fc.constantFrom('', 's', 'm', 'h', 'd', 'ms', ' sec', ' Hours', 'weeks', ' day')
    const count = fc.oneof(fc.integer({ min: 0, max: 999 }), fc.nat())
    const part = fc.tuple(count, unit).map(([count, word]) => `${count}${word}`)
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(' ', '', ', '),
        (parts, separator) => {
          const given = parts.join(separator)
          const [, ...meant] = durationMeant(given).split('"')
          expect(meant).not.toContain(given)
          for (const one of meant.filter((_, i) => i % 2 === 0)) expect(parseDuration(one)).toBeGreaterThanOrEqual(0)
        },
      ),
    )
  })

  it('is read as it is written for people, in files and by its pattern', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9e15 }), fc.integer({ min: 0, max: 9e14 }), (long, short) => {
        const texts = [formatDuration(long), formatDuration(short), writeDuration(short)]
        expect(texts.map(parseDuration)).toEqual([long, short, short])
        for (const text of texts) expect(text).toMatch(new RegExp(durationPattern))
      }),
    )
  })
})

describe('an instant', () => {
  it.each([
    ['2018-11-08T13:05:29Z', '2018-11-08T13:05:29.000000Z'],
    ['2018-11-08T13:05:29.9Z', '2018-11-08T13:05:29.900000Z'],
    ['2018-11-08T13:05:29.95Z', '2018-11-08T13:05:29.950000Z'],
    ['2018-11-08T13:05:29.954Z', '2018-11-08T13:05:29.954000Z'],
    ['2018-11-08T13:05:29.9541Z', '2018-11-08T13:05:29.954100Z'],
    ['2018-11-08T13:05:29.95418Z', '2018-11-08T13:05:29.954180Z'],
    ['2018-11-08T13:05:29.954188Z', '2018-11-08T13:05:29.954188Z'],
    ['2018-11-08T13:05:29+01:00', '2018-11-08T12:05:29.000000Z'],
    ['2018-11-08T13:05:29.954188-05:30', '2018-11-08T18:35:29.954188Z'],
    ['2018-11-08T23:59:59-01:00', '2018-11-09T00:59:59.000000Z'],
    ['2018-11-08T13:05:29+00:00', '2018-11-08T13:05:29.000000Z'],
    ['2018-11-08T13:05:29 01:00', '2018-11-08T12:05:29.000000Z'],
    ['2020-02-29T00:00:00Z', '2020-02-29T00:00:00.000000Z'],
    ['1969-12-31T23:59:59.999999Z', '1969-12-31T23:59:59.999999Z'],
  ])('%s is read and written as %s', (text, expected) => {
    expect(formatInstant(parseInstant(text) ?? Number.NaN)).toBe(expected)
  })

  it.each([
    '2020-02-30T00:00:00Z',
    '2019-02-29T00:00:00Z',
    '2020-13-01T00:00:00Z',
    '2020-00-10T00:00:00Z',
    '2020-02-20T25:00:00Z',
    '2020-02-20T12:60:00Z',
    '2020-02-20T12:00:61Z',
    '2020-02-20T12:00:00.1234567Z',
    '2020-02-20T12:00:00.Z',
    '2020-02-20T12:00:00',
    '2020-02-20',
    '2020-02-20T12:00Z',
    '20-02-2020T12:00:00Z',
    '2020-02-20T12:00:00+25:00',
    'yesterday',
    '',
    '1582200000',
  ])('is not what %j says', (text) => {
    expect(parseInstant(text)).toBeUndefined()
  })

  it('that is written reads back the same', () => {
    const years = { min: -2_208_988_800_000_000, max: 4_102_444_800_000_000 }
    fc.assert(
      fc.property(fc.integer(years), (instant) => {
        expect(parseInstant(formatInstant(instant))).toBe(instant)
      }),
    )
  })

  it('has a text whose order is that of time', () => {
    const years = { min: 0, max: 4_102_444_800_000_000 }
    fc.assert(
      fc.property(fc.integer(years), fc.integer(years), (a, b) => {
        expect(formatInstant(a) < formatInstant(b)).toBe(a < b)
      }),
    )
  })

  it('is taken from a Date', () => {
    expect(formatInstant(readInstant(new Date('2020-02-20T12:00:00.123Z')))).toBe('2020-02-20T12:00:00.123000Z')
  })

  it.each(['yesterday', 5, null, undefined, new Date(Number.NaN)])(
    'that a developer gives as %j is refused with the form that is accepted',
    (given) => {
      expect(() => readInstant(given)).toThrow(/not an instant.*"2020-02-20T12:00:00Z"/)
    },
  )
})

describe('the end of time', () => {
  const last = '2255-06-05T23:47:34.740991Z'
  const late = { start: '2255-06-05T00:00:00Z', frozen: true }
  const steps = [{ at: '1s', every: '365d', do: 'key.rotate', where: { id: 1 } }] as const

  it.each([startTime, '2254-06-05T00:00:00Z', last])(
    'is reached from %s by a step that repeats itself',
    async (start) => {
      const { mock } = setupApi({ clock: { start, frozen: true }, scenario: { scenario: 'x', steps } })
      await mock.clock.set(last)
      expect([mock.clock.now(), mock.clock.upcoming().filter(({ action }) => action === 'scenario.step')]).toEqual([
        last,
        [],
      ])
    },
  )

  it('comes before what would be due after it, which never is', async () => {
    const later = [
      { at: '2d', do: 'key.rotate' },
      { on: 'POST /users', after: '2d', do: 'user.block' },
    ] as const
    const { mock, post } = setupApi({
      clock: late,
      scenario: { scenario: 'x', steps: later },
      settings: { session_init: '2d', config_test: '2d', rotation_grace: '2d' },
    })
    await post('/users', { identifier: 'a' })
    await post('/sessions', newSession())
    await post('/configs/storage', { url: 'gs://bucket', credentials: {} })
    mock.actions['source.lock']({ where: { id: 1 }, with: { for: '2d' } })
    await post('/keys/1/rotate')
    mock.db.key.create({ date_expires: '9999-12-31T23:59:59.999999Z' })
    const happened = await mock.clock.set(last)
    await mock.clock.advanceToNext()
    expect([happened, mock.clock.now(), mock.clock.upcoming()]).toEqual([[], last, []])
  })

  it.each([
    ['a delay', { faults: [{ on: 'GET /key', delay: '2d' }] }],
    ['nothing', {}],
  ] as const)('ends the wait of a call for %s', async (_, parts) => {
    vi.useFakeTimers({ now: new Date(startTime) })
    try {
      const { mock, get, post } = setupApi({
        clock: { start: last },
        scenario: { scenario: 'x', ...parts },
        settings: { session_init: '1h' },
      })
      const statuses = await Promise.all([get('/key'), post('/sessions', newSession(), { 'ricloud-await': '5' })])
      expect([statuses.map(({ status }) => status), mock.clock.now()]).toEqual([[200, 201], last])
    } finally {
      vi.useRealTimers()
    }
  })

  it.each(['1600-01-01T00:00:00Z', '2255-06-05T23:47:34.740992Z', new Date('2300-01-01T00:00:00Z')])(
    'has no instant %s beyond it, nor so long before, to start at',
    (start) => {
      expect(() => createMock({ clock: { start } })).toThrow(/is not an instant.*between the years/)
    },
  )
})

describe('the Date header', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['1970-01-01T00:00:00.999999Z', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['1969-12-31T23:59:59.5Z', 'Wed, 31 Dec 1969 23:59:59 GMT'],
    ['2255-06-05T23:47:34Z', 'Tue, 05 Jun 2255 23:47:34 GMT'],
  ])('at %s is %s', async (start, date) => {
    const { get } = setupApi({ clock: { start, frozen: true } })
    const answers = [await get('/organisation'), await get('/_mock/clock'), await get('/nowhere')]
    expect(answers.map(({ headers }) => headers.get('date'))).toEqual([date, date, date])
  })
})

describe('due work', () => {
  it('comes in the order of instants', () => {
    const queue = new Queue()
    for (const at of [3, 1, 2]) queue.add(at, 'session.expire', `at ${at}`)
    expect(Array.from(queue, ({ id }) => id)).toEqual(['at 1', 'at 2', 'at 3'])
  })

  it('of one instant comes in the order in which it was planned', () => {
    const queue = new Queue()
    for (const id of ['c', 'a', 'b']) queue.add(1, 'session.expire', id)
    expect(Array.from(queue, ({ id }) => id)).toEqual(['c', 'a', 'b'])
  })

  it('keeps its order of planning when it is restored', () => {
    const queue = new Queue()
    queue.add(1, 'session.expire', 'first')
    queue.restore(queue.save())
    queue.add(1, 'session.expire', 'second')
    expect(Array.from(queue, ({ id }) => id)).toEqual(['first', 'second'])
  })

  it('that is saved does not change when the queue does', () => {
    const queue = new Queue()
    const work = queue.add(1, 'session.expire', 'first')
    const saved = queue.save()
    queue.remove(work)
    queue.restore(saved)
    expect(queue.first()?.id).toBe('first')
  })

  it('of one instant happens in the order in which it was planned', async () => {
    const { mock } = setupApi({ fixtures: ['empty'] })
    const ids = [13, 11, 12]
    for (const id of ids) mock.db.key.create({ id, type: 'trial', date_expires: '2020-02-20T13:00:00.000000Z' })
    const happened = await mock.clock.advance('6h')
    expect(happened.map(({ resource }) => resource.id)).toEqual(ids)
  })

  it('happens in the order of instants, whatever the order of planning', async () => {
    const { mock } = setupApi({ fixtures: ['empty'] })
    for (const [id, hour] of [
      [11, 15],
      [12, 13],
      [13, 14],
    ] as const) {
      mock.db.key.create({ id, type: 'trial', date_expires: `2020-02-20T${hour}:00:00.000000Z` })
    }
    const happened = await mock.clock.advance('6h')
    expect(happened.map(({ resource }) => resource.id)).toEqual([12, 13, 11])
  })
})

describe('a frozen clock', () => {
  it('begins at `start`', () => {
    expect(setupApi().mock.clock.now()).toBe(startTime)
  })

  it('begins where a Date says', () => {
    const { mock } = setupApi({ clock: { start: new Date('2021-03-04T05:06:07.089Z'), frozen: true } })
    expect(mock.clock.now()).toBe('2021-03-04T05:06:07.089000Z')
  })

  it('begins where an instant with an offset says', () => {
    const { mock } = setupApi({ clock: { start: '2021-03-04T05:06:07+01:00', frozen: true } })
    expect(mock.clock.now()).toBe('2021-03-04T04:06:07.000000Z')
  })

  it('advances by a duration', async () => {
    const { mock } = setupApi()
    await mock.clock.advance('1.5h')
    expect(mock.clock.now()).toBe('2020-02-20T13:30:00.000000Z')
  })

  it('is set to an instant', async () => {
    const { mock } = setupApi()
    await mock.clock.set('2020-02-21T00:00:00.000001Z')
    expect(mock.clock.now()).toBe('2020-02-21T00:00:00.000001Z')
  })

  it('is set to a Date', async () => {
    const { mock } = setupApi()
    await mock.clock.set(new Date('2020-02-21T00:00:00Z'))
    expect(mock.clock.now()).toBe('2020-02-21T00:00:00.000000Z')
  })

  it('may be set to where it is', async () => {
    const { mock } = setupApi({ fixtures: ['empty'] })
    await expect(mock.clock.set(startTime)).resolves.toEqual([])
  })

  it('refuses to move backward, and says what time it is', async () => {
    const { mock } = setupApi()
    await expect(mock.clock.set('2020-02-20T11:59:59.999999Z')).rejects.toThrow(
      /only moves forward.*2020-02-20T12:00:00\.000000Z.*2020-02-20T11:59:59\.999999Z/,
    )
  })

  it('stays where it is when it was asked to move backward', async () => {
    const { mock } = setupApi()
    await mock.clock.set('2020-02-20T11:00:00Z').catch(() => {})
    expect(mock.clock.now()).toBe(startTime)
  })

  it.each(['6 hrs', '-1h', ''])('refuses to advance by %j', async (duration) => {
    const { mock } = setupApi()
    await expect(mock.clock.advance(duration as Duration)).rejects.toThrow('is not a duration')
  })

  it('says how to go back where it is asked to advance by a negative duration', async () => {
    const { mock } = setupApi()
    await expect(mock.clock.advance('-24h' as Duration)).rejects.toThrow(
      /time only moves forward.*snapshots and rewind/,
    )
  })

  it('refuses to be set to what is no instant', async () => {
    const { mock } = setupApi()
    await expect(mock.clock.set('tomorrow')).rejects.toThrow('is not an instant')
  })

  it('refuses a move beyond what a datetime can say', async () => {
    const { mock } = setupApi()
    await expect(mock.clock.advance('99999999999d')).rejects.toThrow(Error)
  })

  it('stays where it is when it was asked to move beyond what a datetime can say', async () => {
    const { mock } = setupApi()
    await mock.clock.advance('99999999999d').catch(() => {})
    expect(mock.clock.now()).toBe(startTime)
  })

  it('gives records of one instant rising microseconds', async () => {
    const { post } = setupApi({ fixtures: ['empty'] })
    const dates: string[] = []
    for (const name of ['a', 'b', 'c']) dates.push((await post('/users', { identifier: name })).body.date_created)
    expect(dates).toEqual(['2020-02-20T12:00:00.000000Z', '2020-02-20T12:00:00.000001Z', '2020-02-20T12:00:00.000002Z'])
  })

  it('moves on with each further record of one instant', async () => {
    const { mock, post } = setupApi({ fixtures: ['empty'] })
    const dates: string[] = []
    const times: string[] = []
    for (const identifier of ['a', 'b', 'c']) {
      dates.push((await post('/users', { identifier })).body.date_created)
      times.push(mock.clock.now())
    }
    expect(times).toEqual(dates)
  })

  it('is never before what was just made, which is found by the present', async () => {
    const { mock, get, post } = setupApi({ fixtures: ['empty'] })
    for (const identifier of ['a', 'b', 'c', 'd', 'e']) await post('/users', { identifier })
    expect((await get(`/users?date_created[lte]=${mock.clock.now()}`)).body.total_count).toBe(5)
  })

  it('stands at the end of time however much is made then', async () => {
    const { mock } = setupApi({ fixtures: ['empty'], clock: { start: '2255-06-05T23:47:34.740990Z', frozen: true } })
    for (let i = 0; i < 5; i++) mock.db.user.create()
    const last = mock.db.user.getAll().map(({ date_created }) => date_created)
    expect([last.at(-1), mock.clock.now()]).toEqual(Array(2).fill('2255-06-05T23:47:34.740991Z'))
  })

  it('gives records that the plain model makes rising microseconds too', () => {
    const { mock } = setupApi({ fixtures: ['empty'] })
    const dates = [mock.db.user.create(), mock.db.user.create()].map(({ date_created }) => date_created)
    expect(dates).toEqual(['2020-02-20T12:00:00.000000Z', '2020-02-20T12:00:00.000001Z'])
  })

  it('gives a record its own instant again once it has moved on', async () => {
    const { mock, post } = setupApi({ fixtures: ['empty'] })
    for (const name of ['a', 'b', 'c']) await post('/users', { identifier: name })
    await mock.clock.advance('1s')
    const now = mock.clock.now()
    expect((await post('/users', { identifier: 'd' })).body.date_created).toBe(now)
  })

  it('shows in the Date header', async () => {
    const { mock, get } = setupApi()
    await mock.clock.set('2020-02-21T03:04:05Z')
    expect((await get('/organisation')).headers.get('date')).toBe('Fri, 21 Feb 2020 03:04:05 GMT')
  })
})

describe('what comes due', () => {
  const lasting: MockOptions = { settings: { session_lifetime: '1h', session_init: '2s' } }

  it('carries its own instant, however late somebody looks', async () => {
    const { mock, post, get } = setupApi({ fixtures: ['default'], ...lasting })
    const { body } = await post('/sessions', newSession())
    await mock.clock.set('2020-02-20T15:00:00Z')
    expect((await get(`/sessions/${body.id}`)).body.date_expired).toBe(later(body.date_created, '3602s'))
  })

  it('emits events with its own instant', async () => {
    const { mock, post } = setupApi({ fixtures: ['default'], ...lasting })
    const { body } = await post('/sessions', newSession())
    const happened = await mock.clock.advance('3h')
    const own = happened.filter(({ resource }) => resource.id === body.id)
    expect(own.map(({ at, event }) => [at, event])).toEqual([
      [later(body.date_created, '2s'), 'session.activated'],
      [later(body.date_created, '3602s'), 'session.expired'],
    ])
  })

  it('emits events with the resource as it was at that moment', async () => {
    const { mock, post } = setupApi({ fixtures: ['default'], ...lasting })
    const { body } = await post('/sessions', newSession())
    const happened = await mock.clock.advance('3h')
    const own = happened.filter(({ resource }) => resource.id === body.id)
    expect(own.map(({ resource }) => [resource.state, resource.error, resource.date_expired])).toEqual([
      ['active', null, null],
      ['expired', 'service', later(body.date_created, '3602s')],
    ])
  })

  it('dates what it makes from its own instant on, late as it may be', async () => {
    const { mock } = setupApi({
      fixtures: ['empty'],
      settings: { events: ['key.expired'] },
      clock: { start: startTime },
    })
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      for (const id of [8, 9]) mock.db.key.create({ id, date_expires: later(mock.clock.now(), '1h') })
      const [{ at } = { at: '' }] = mock.clock.upcoming()
      vi.setSystemTime(Date.now() + 5 * 3600_000)
      mock.state()
      expect(mock.history().map((past) => past.at)[0]).toBe(at)
      const dates = mock.db.event.getAll().map(({ date_created }) => date_created)
      expect(dates).toEqual([at, later(at, '0.000001s')])
    } finally {
      vi.useRealTimers()
    }
  })

  it('ends nothing before it began, though the step that ends it came due before', async () => {
    const steps = [{ at: '0.001ms', do: 'session.expire', where: { state: 'pending' } }] as const
    const { post, get } = setupApi({ settings: { session_init: '1h' }, scenario: { scenario: 'x', steps } })
    await post('/users', { identifier: 'a' })
    const { id, date_created } = (await post('/sessions', newSession())).body
    const { state, date_expired } = (await get(`/sessions/${id}`)).body
    expect([state, date_expired]).toEqual(['expired', date_created])
  })

  it('happens at its very instant', async () => {
    const { mock } = setupApi({ fixtures: ['empty'] })
    mock.db.key.create({ id: 9, date_expires: '2020-02-20T13:00:00.000000Z' })
    await mock.clock.set('2020-02-20T13:00:00Z')
    expect(mock.db.key.findFirst({ where: { id: { equals: 9 } } })?.state).toBe('expired')
  })

  it('does not happen a microsecond early', async () => {
    const { mock } = setupApi({ fixtures: ['empty'] })
    mock.db.key.create({ id: 9, date_expires: '2020-02-20T13:00:00.000000Z' })
    await mock.clock.set('2020-02-20T12:59:59.999999Z')
    expect(mock.db.key.findFirst({ where: { id: { equals: 9 } } })?.state).toBe('active')
  })

  it('is settled before a request is answered', async () => {
    const { mock, get } = setupApi({ fixtures: ['empty'] })
    mock.db.key.create({ id: 9, date_expires: '2020-02-20T11:00:00.000000Z' })
    expect((await get('/keys/9')).body.state).toBe('expired')
  })

  it('may make more that comes due within the same move', async () => {
    const { mock, post, get } = setupApi({ fixtures: ['default'], ...lasting })
    const { body } = await post('/sessions', newSession())
    await mock.clock.advance('2h')
    expect((await get(`/sessions/${body.id}`)).body.state).toBe('expired')
  })

  it('emits its event once', async () => {
    const { mock, post } = setupApi({ fixtures: ['default'], ...lasting })
    await post('/sessions', newSession())
    await mock.clock.advance('3h')
    await expect(mock.clock.advance('3h')).resolves.toEqual([])
  })
})

describe('what will happen', () => {
  it('is listed soonest first', async () => {
    const { mock, post } = setupApi({ fixtures: ['default'], settings: { session_init: '2s' } })
    const { body } = await post('/sessions', newSession())
    expect(mock.clock.upcoming()).toEqual([
      { at: later(body.date_created, '2s'), action: 'session.decide', id: body.id, cause: { call: 1 } },
      { at: '2099-12-31T23:59:59.000000Z', action: 'key.expire', id: 2 },
    ])
  })

  it('leaves out work that its record has outlived', async () => {
    const { mock, post, delete: remove } = setupApi({ settings: { session_init: '2s' } })
    const { body } = await post('/sessions', newSession())
    await remove(`/sessions/${body.id}`)
    expect(mock.clock.upcoming().map(({ action }) => action)).toEqual(['key.expire'])
  })

  it('leaves out the work of a record that is gone', async () => {
    const { mock } = setupApi({ fixtures: ['empty'] })
    mock.db.key.create({ id: 9, date_expires: '2020-02-20T13:00:00.000000Z' })
    mock.db.key.delete({ where: { id: { equals: 9 } } })
    expect(mock.clock.upcoming()).toEqual([])
  })

  it('leaves out the instant that a key would have expired at before it was given another', () => {
    const { mock } = setupApi({ fixtures: ['empty'] })
    mock.db.key.create({ id: 9, date_expires: '2020-02-20T13:00:00.000000Z' })
    mock.db.key.update({ where: { id: { equals: 9 } }, data: { date_expires: '2020-02-20T14:00:00.000000Z' } })
    expect(mock.clock.upcoming().map(({ at }) => at)).toEqual(['2020-02-20T14:00:00.000000Z'])
  })

  it('does nothing to a record that has moved on', async () => {
    const { mock, post, get, delete: remove } = setupApi({ settings: { session_init: '2s' } })
    const { body } = await post('/sessions', newSession())
    await remove(`/sessions/${body.id}`)
    await mock.clock.advance('1m')
    expect((await get(`/sessions/${body.id}`)).body).toMatchObject({ state: 'expired', error: 'organisation' })
  })

  it('happens when the clock advances to it', async () => {
    const { mock, post } = setupApi({ settings: { session_init: '2s' } })
    const { body } = await post('/sessions', newSession())
    const happened = await mock.clock.advanceToNext()
    expect([mock.clock.now(), happened.map(({ event }) => event)]).toEqual([
      later(body.date_created, '2s'),
      ['source.validated', 'session.activated'],
    ])
  })

  it('does not include work that is outlived when the clock advances to it', async () => {
    const { mock, post, delete: remove } = setupApi({ settings: { session_init: '2s' } })
    await remove(`/sessions/${(await post('/sessions', newSession('a@example.com'))).body.id}`)
    await mock.clock.advance('1s')
    const { body } = await post('/sessions', newSession('b@example.com'))
    await mock.clock.advanceToNext()
    expect(mock.clock.now()).toBe(later(body.date_created, '2s'))
  })

  it('is nothing in an idle world, whose clock then advances to nowhere', async () => {
    const { mock } = setupApi({ fixtures: ['empty'] })
    const happened = await mock.clock.advanceToNext()
    expect([mock.clock.now(), happened, mock.clock.upcoming()]).toEqual([startTime, [], []])
  })

  it('is in its initial state after a reset', async () => {
    const { mock, post } = setupApi({ settings: { session_init: '2s' } })
    const before = mock.clock.upcoming()
    await post('/sessions', newSession())
    mock.reset()
    expect(mock.clock.upcoming()).toEqual(before)
  })
})

describe('a running clock', () => {
  const real = '2024-01-01T00:00:00.000Z'
  const running = (options: MockOptions = {}) =>
    setupApi({ fixtures: ['empty'], clock: { start: startTime }, ...options })

  beforeEach(() => {
    vi.useFakeTimers({ now: new Date(real) })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('begins at the present by default', () => {
    const mock = createMock({ fixtures: ['empty'] })
    expect(mock.clock.now()).toBe('2024-01-01T00:00:00.000000Z')
  })

  it('follows Date.now', () => {
    const { mock } = running()
    vi.advanceTimersByTime(1500)
    expect(mock.clock.now()).toBe('2020-02-20T12:00:01.500000Z')
  })

  it('follows a system time that a test runner sets', () => {
    const mock = createMock({ fixtures: ['empty'] })
    vi.setSystemTime(new Date('2025-05-05T05:05:05Z'))
    expect(mock.clock.now()).toBe('2025-05-05T05:05:05.000000Z')
  })

  it('runs at its speed', () => {
    const { mock } = running({ clock: { start: startTime, speed: 60 } })
    vi.advanceTimersByTime(1000)
    expect(mock.clock.now()).toBe('2020-02-20T12:01:00.000000Z')
  })

  it('says its speed', () => {
    expect(running({ clock: { speed: 60 } }).mock.clock.speed).toBe(60)
  })

  it('does not move once it is frozen', () => {
    const { mock } = running()
    vi.advanceTimersByTime(1000)
    mock.clock.freeze()
    vi.advanceTimersByTime(1000)
    expect([mock.clock.frozen, mock.clock.now()]).toEqual([true, '2020-02-20T12:00:01.000000Z'])
  })

  it('goes on from where it was frozen', () => {
    const { mock } = running()
    mock.clock.freeze()
    vi.advanceTimersByTime(5000)
    mock.clock.run()
    vi.advanceTimersByTime(1000)
    expect([mock.clock.frozen, mock.clock.now()]).toEqual([false, '2020-02-20T12:00:01.000000Z'])
  })

  it('changes its speed from where it is', () => {
    const { mock } = running()
    vi.advanceTimersByTime(1000)
    mock.clock.run({ speed: 10 })
    vi.advanceTimersByTime(1000)
    expect(mock.clock.now()).toBe('2020-02-20T12:00:11.000000Z')
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '2' as unknown as number])('refuses the speed %s', (speed) => {
    const { mock } = running()
    expect(() => mock.clock.run({ speed })).toThrow('speed must be above 0 and at most 1000000')
  })

  it('goes on running after an advance', async () => {
    const { mock } = running()
    await mock.clock.advance('1h')
    vi.advanceTimersByTime(1000)
    expect(mock.clock.now()).toBe('2020-02-20T13:00:01.000000Z')
  })

  it('goes on running after it was set', async () => {
    const { mock } = running()
    await mock.clock.set('2020-02-21T00:00:00Z')
    vi.advanceTimersByTime(1000)
    expect(mock.clock.now()).toBe('2020-02-21T00:00:01.000000Z')
  })

  it('refuses to move backward', async () => {
    const { mock } = running()
    vi.advanceTimersByTime(1000)
    await expect(mock.clock.set(startTime)).rejects.toThrow('only moves forward')
  })

  it('is never before its last record, which it goes on from where the system is set back', () => {
    const { mock } = running()
    mock.db.user.create()
    const { date_created } = mock.db.user.create()
    const made = mock.clock.now()
    vi.setSystemTime(new Date('2023-12-31T00:00:00Z'))
    const then = mock.clock.now()
    vi.advanceTimersByTime(1000)
    expect([made, then, mock.clock.now()]).toEqual([date_created, date_created, later(date_created, '1s')])
  })

  it('settles as long after a record as it was to', async () => {
    const { post, get } = running({ fixtures: ['default'], settings: { session_init: '5s' } })
    const { body } = await post('/sessions', newSession())
    vi.advanceTimersByTime(5000)
    expect((await get(`/sessions/${body.id}`)).body.state).toBe('active')
  })

  it('gives records of one instant rising microseconds', async () => {
    const { post } = running()
    const dates = [await post('/users', { identifier: 'a' }), await post('/users', { identifier: 'b' })]
    expect(dates.map(({ body }) => body.date_created)).toEqual([
      '2020-02-20T12:00:00.000000Z',
      '2020-02-20T12:00:00.000001Z',
    ])
  })

  it('is at the real present after a reset, unless it has a `start`', () => {
    const mock = createMock({ fixtures: ['empty'], clock: { speed: 60 } })
    vi.advanceTimersByTime(60_000)
    mock.reset()
    expect([mock.clock.now(), mock.clock.speed]).toEqual(['2024-01-01T00:01:00.000000Z', 60])
  })

  it('is at the real present after a reset, also if it was frozen and moved meanwhile', async () => {
    const mock = createMock({ fixtures: ['empty'] })
    mock.clock.freeze()
    await mock.clock.advance('30d')
    vi.advanceTimersByTime(60_000)
    mock.reset()
    vi.advanceTimersByTime(1000)
    expect(mock.clock.now()).toBe('2024-01-01T00:01:01.000000Z')
  })

  it('is not before the last record of the initial state after a reset', async () => {
    const mock = createMock({ fixtures: ['empty'] })
    mock.db.user.create()
    const { date_created } = mock.db.user.create()
    mock.snapshots.save('here')
    const world = await mock.worlds.create({ snapshot: 'here' })
    vi.setSystemTime(new Date('2023-01-01T00:00:00Z'))
    world.reset()
    expect(world.clock.now()).toBe(date_created)
  })

  it('counts the steps and faults of its scenario from the present after a reset', async () => {
    const scenario = {
      scenario: 'x',
      steps: [{ at: '10m', do: 'key.block', where: { id: 1 } }],
      faults: [{ on: 'GET /keys', between: ['10m', '20m'], answer: { status: 503 } }],
    } as const
    const { mock, get } = setupApi({ scenario, clock: {} })
    vi.advanceTimersByTime(5 * 60_000)
    mock.reset()
    const { began } = mock.scenario.report()
    vi.advanceTimersByTime(9 * 60_000)
    const before = [(await get('/keys')).status, mock.db.key.findFirst({ where: { id: { equals: 1 } } })?.state]
    vi.advanceTimersByTime(60_000)
    const state = mock.db.key.findFirst({ where: { id: { equals: 1 } } })?.state
    expect([began, before, (await get('/keys')).status, state]).toEqual([
      '2024-01-01T00:05:00.000000Z',
      [200, 'active'],
      503,
      'blocked',
    ])
  })

  it('starts once its records are generated', async () => {
    const steps = [{ at: '1s', do: 'key.block', where: { id: 1 } }] as const
    const mock = createMock({ generate: { users: 5 }, scenario: { scenario: 'x', steps }, log: () => {} })
    vi.advanceTimersByTime(60_000)
    await mock.ready
    expect([mock.clock.now(), mock.clock.frozen, mock.clock.upcoming()[0]?.at]).toEqual([
      '2024-01-01T00:01:00.000000Z',
      false,
      '2024-01-01T00:01:01.000000Z',
    ])
  })

  const hours = fc.integer({ min: -48, max: 48 })
  it('never goes back, however the system is set', () => {
    fc.assert(
      fc.property(fc.array(hours, { maxLength: 20 }), fc.constantFrom(0.2, 1, 60), (ticks, speed) => {
        const mock = createMock({ fixtures: ['empty'], clock: { speed } })
        const times = ticks.map((tick) => {
          vi.setSystemTime(Date.now() + tick * 3600_000)
          return mock.clock.now()
        })
        expect(times).toEqual([...times].sort())
      }),
      { numRuns: 30 },
    )
  })

  it('goes on from where it was when the system is set back', () => {
    const { mock } = running()
    vi.advanceTimersByTime(3600_000)
    mock.clock.now()
    vi.setSystemTime(new Date('2023-12-31T00:00:00Z'))
    const then = mock.clock.now()
    vi.advanceTimersByTime(1000)
    expect([then, mock.clock.now()]).toEqual(['2020-02-20T13:00:00.000000Z', '2020-02-20T13:00:01.000000Z'])
  })

  it('gives a Retry-After within the window of the rate limit when the system is set back a day', async () => {
    const { get } = running({ settings: { rate_limit: { requests: 1, per: '1h' } } })
    await get('/key')
    vi.setSystemTime(new Date('2023-12-31T00:00:00Z'))
    expect((await get('/key')).headers.get('retry-after')).toBe('3600')
  })

  it('is at `start` after a reset', () => {
    const { mock } = running()
    vi.advanceTimersByTime(60_000)
    mock.reset()
    expect(mock.clock.now()).toBe(startTime)
  })

  describe('and its timer', () => {
    const expiring = { id: 9, type: 'trial', date_expires: '2020-02-20T13:00:00.000000Z' } as const
    const stateOf = (mock: ReturnType<typeof running>['mock']) =>
      mock.db.key.findFirst({ where: { id: { equals: 9 } } })?.state

    it('is none in an idle world', () => {
      running()
      expect(vi.getTimerCount()).toBe(0)
    })

    it('is none in a frozen world', () => {
      setupApi()
      expect(vi.getTimerCount()).toBe(0)
    })

    it('is one, however much is due', () => {
      const { mock } = running()
      for (let id = 9; id < 20; id++) mock.db.key.create({ ...expiring, id })
      expect(vi.getTimerCount()).toBe(1)
    })

    it('keeps no process alive', () => {
      vi.useRealTimers()
      const set = vi.spyOn(globalThis, 'setTimeout')
      running().mock.db.key.create(expiring)
      const timers = set.mock.results.map(({ value }) => value as NodeJS.Timeout)
      set.mockRestore()
      expect(timers.map((timer) => timer.hasRef())).toEqual([false])
    })

    it('lets a trial key expire without any call', () => {
      const { mock } = running()
      mock.db.key.create(expiring)
      vi.advanceTimersByTime(3600_000)
      expect(stateOf(mock)).toBe('expired')
    })

    it('lets nothing happen early', () => {
      const { mock } = running()
      mock.db.key.create(expiring)
      vi.advanceTimersByTime(3599_999)
      expect(stateOf(mock)).toBe('active')
    })

    it('is gone once nothing more is due', () => {
      const { mock } = running()
      mock.db.key.create(expiring)
      vi.advanceTimersByTime(3600_000)
      expect(vi.getTimerCount()).toBe(0)
    })

    it('waits for work that is further away than a timer can wait', () => {
      const { mock } = running()
      mock.db.key.create({ ...expiring, date_expires: '2020-08-20T12:00:00.000000Z' })
      vi.advanceTimersByTime(182 * 86_400_000)
      expect(stateOf(mock)).toBe('expired')
    })

    it('follows the speed', () => {
      const { mock } = running({ clock: { start: startTime, speed: 60 } })
      mock.db.key.create(expiring)
      vi.advanceTimersByTime(60_000)
      expect(stateOf(mock)).toBe('expired')
    })

    it('follows a change of speed', () => {
      const { mock } = running()
      mock.db.key.create(expiring)
      mock.clock.run({ speed: 60 })
      vi.advanceTimersByTime(60_000)
      expect(stateOf(mock)).toBe('expired')
    })

    it('follows an advance that ends before the work', async () => {
      const { mock } = running()
      mock.db.key.create(expiring)
      await mock.clock.advance('30m')
      vi.advanceTimersByTime(30 * 60_000)
      expect(stateOf(mock)).toBe('expired')
    })

    it('follows work that comes sooner', () => {
      const { mock } = running()
      mock.db.key.create({ ...expiring, id: 10, date_expires: '2020-02-20T20:00:00.000000Z' })
      mock.db.key.create(expiring)
      vi.advanceTimersByTime(3600_000)
      expect(stateOf(mock)).toBe('expired')
    })

    it('goes on to the next work', () => {
      const { mock } = running()
      mock.db.key.create({ ...expiring, id: 10, date_expires: '2020-02-20T12:30:00.000000Z' })
      mock.db.key.create(expiring)
      vi.advanceTimersByTime(3600_000)
      expect(stateOf(mock)).toBe('expired')
    })

    it('stops when the clock is frozen', () => {
      const { mock } = running()
      mock.db.key.create(expiring)
      mock.clock.freeze()
      expect(vi.getTimerCount()).toBe(0)
    })

    it('starts when a frozen clock runs', () => {
      const { mock } = running({ clock: { start: startTime, frozen: true } })
      mock.db.key.create(expiring)
      mock.clock.run()
      vi.advanceTimersByTime(3600_000)
      expect(stateOf(mock)).toBe('expired')
    })

    it('is gone with the work after a reset', () => {
      const { mock } = running()
      mock.db.key.create(expiring)
      mock.reset()
      expect(vi.getTimerCount()).toBe(0)
    })

    it('waits for the work of the initial state after a reset', () => {
      vi.setSystemTime(new Date('2099-12-31T22:59:59Z'))
      const mock = createMock({ log: () => {} })
      mock.db.key.create({ id: 10, date_expires: '2099-12-31T23:29:59.000000Z' })
      vi.advanceTimersByTime(15 * 60_000)
      mock.reset()
      vi.advanceTimersByTime(60 * 60_000)
      expect(mock.db.key.findFirst({ where: { id: { equals: 2 } } })?.state).toBe('expired')
    })

    it('lets an awaited session settle', async () => {
      const { post } = running({ fixtures: ['default'], settings: { session_init: '2s' } })
      const answer = post('/sessions', newSession(), { 'ricloud-await': '5' })
      await vi.advanceTimersByTimeAsync(2000)
      expect((await answer).body.state).toBe('active')
    })

    it.each([
      [0.2, '1', 1000],
      [0.001, '1', 1000],
      [60, '6', 100],
    ])('at the speed %s, Ricloud-Await: %s lasts %s ms', async (speed, seconds, expected) => {
      const { post } = setupApi({ clock: { start: startTime, speed }, settings: { session_init: '1m' } })
      let state: unknown
      const answer = post('/sessions', newSession(), { 'ricloud-await': seconds })
      const answered = answer.then(({ body }) => (state = body.state))
      let elapsed = 0
      while (state === undefined) {
        await vi.advanceTimersByTimeAsync(20)
        elapsed += 20
      }
      await answered
      expect(state).toBe('pending')
      expect(elapsed).toBeGreaterThanOrEqual(expected)
      // The call takes some turns before it waits.
      expect(elapsed).toBeLessThan(expected + 2000)
    })

    it('ends an awaiting when the awaited time is up', async () => {
      const { post } = running({ fixtures: ['default'], settings: { session_init: '1m' } })
      const answer = post('/sessions', newSession(), { 'ricloud-await': '5' })
      await vi.advanceTimersByTimeAsync(5000)
      expect((await answer).body.state).toBe('pending')
    })
  })
})

describe('awaiting on a frozen clock', () => {
  const start = async (session_init: Duration, seconds: string) => {
    const { mock, post } = setupApi({ settings: { session_init } })
    const { body } = await post('/sessions', newSession(), { 'ricloud-await': seconds })
    return { state: body.state, now: mock.clock.now(), began: body.date_created }
  }

  it('moves the clock to the instant at which the work settles', async () => {
    const { began, ...then } = await start('2s', '5')
    expect(then).toEqual({ state: 'active', now: later(began, '2s') })
  })

  it('moves the clock not at all if the work settles later', async () => {
    const { began, ...then } = await start('6s', '5')
    expect(then).toEqual({ state: 'pending', now: began })
  })

  it('reaches to the very instant', async () => {
    const { began, ...then } = await start('5s', '5')
    expect(then).toEqual({ state: 'active', now: later(began, '5s') })
  })
})
