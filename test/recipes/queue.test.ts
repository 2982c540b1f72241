import { test as base, expect } from 'ricloud-mock/vitest'
import { call, startSession } from './client.ts' // stands for your own client

const test = base.extend('ricloudOptions', { settings: { task_duration: '10s' } })

test('A client resumes a session, and takes its results from the queue', async ({ ricloud }) => {
  const { id, source } = await startSession('someone@example.com', { password: 'joshua' })
  await ricloud.clock.advance('1s')
  await call('POST', '/polls', { session: id, payload: { data_types: ['ios_calls.calls', 'ios_safari.history'] } })

  const [found] = (await call('GET', `/sources?user=1&identifier=${source.identifier}`)).body.data
  const [session] = (await call('GET', `/sessions?source=${found.id}&state=active&limit=1`)).body.data
  const taken: string[] = []
  for (let isOpen = true; isOpen; ) {
    await ricloud.clock.advance('10s')
    const [latest] = (await call('GET', `/polls?session=${session.id}&limit=1`)).body.data
    isOpen = latest.state !== 'completed'
    for (const result of (await call('GET', '/results')).body.data) {
      taken.push(result.identifier)
      await call('POST', `/results/${result.id}/ack`)
    }
  }
  expect(taken).toEqual(['ios_calls.calls', 'ios_safari.history'])
})
