import { useId, useState } from 'preact/hooks'
import { Select, useIsLive } from './buttons.tsx'
import { useApi, useInspector } from './context.ts'

const ends = [
  ...[500, 503, 429, 401].map((status) => ({ name: `status ${status}`, fault: { answer: { status } } })),
  { name: 'a delay of 2 s', fault: { delay: '2s' } },
  { name: 'a reset connection', fault: { close: 'reset' } },
  { name: 'an empty answer', fault: { close: 'empty' } },
  { name: 'a cut answer', fault: { close: 'truncated' } },
] as const

const occasions = [
  { name: 'always', field: undefined },
  { name: 'the first', field: 'first' },
  { name: 'only the nth', field: 'nth' },
  { name: 'each nth', field: 'every' },
] as const

/** A form that arms a fault for some calls. */
export function FaultForm() {
  const { controller } = useInspector()
  const { paths } = useApi()
  const isLive = useIsLive()
  const id = useId()
  const [method, setMethod] = useState('GET')
  const [path, setPath] = useState('/*')
  const [when, setWhen] = useState(1)
  const [count, setCount] = useState(2)
  const [end, setEnd] = useState(1)
  const arm = async (event: Event) => {
    event.preventDefault()
    const field = occasions[when]?.field
    await controller.change('Arm a fault', async () => {
      const fault = { on: `${method} ${path}`, ...(field && { [field]: count }), ...ends[end]?.fault }
      await controller.client.call('POST', '/faults', fault)
      controller.refresh('faults')
      return fault.on
    })
  }
  return (
    <form class="form form-row" onSubmit={arm} aria-label="Arm a fault">
      <Select label="Method" value={method} choose={setMethod}>
        {['GET', 'POST', 'DELETE', '*'].map((one) => (
          <option key={one} value={one}>
            {one === '*' ? 'any' : one}
          </option>
        ))}
      </Select>
      <label class="grows">
        Path
        <input
          class="input mono"
          required
          list={`${id}-paths`}
          value={path}
          onInput={(event) => setPath(event.currentTarget.value)}
        />
        <datalist id={`${id}-paths`}>
          {['/*', ...paths].map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      </label>
      <Select label="Which calls" value={String(when)} choose={(index) => setWhen(Number(index))}>
        {occasions.map(({ name }, i) => (
          <option key={name} value={String(i)}>
            {name}
          </option>
        ))}
      </Select>
      {occasions[when]?.field && (
        <label>
          Count
          <input
            class="input number"
            type="number"
            min={1}
            value={count}
            onInput={(event) => setCount(event.currentTarget.valueAsNumber)}
          />
        </label>
      )}
      <Select label="Ends in" value={String(end)} choose={(index) => setEnd(Number(index))}>
        {ends.map(({ name }, i) => (
          <option key={name} value={String(i)}>
            {name}
          </option>
        ))}
      </Select>
      <button type="submit" class="button" data-tone="primary" disabled={!isLive}>
        Arm
      </button>
    </form>
  )
}
