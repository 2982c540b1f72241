import { useId, useState } from 'preact/hooks'
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
      <label>
        Method
        <select class="input" value={method} onChange={(event) => setMethod(event.currentTarget.value)}>
          {['GET', 'POST', 'DELETE', '*'].map((one) => (
            <option key={one} value={one}>
              {one === '*' ? 'any' : one}
            </option>
          ))}
        </select>
      </label>
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
      <label>
        Which calls
        <select class="input" value={String(when)} onChange={(event) => setWhen(Number(event.currentTarget.value))}>
          {occasions.map(({ name }, i) => (
            <option key={name} value={String(i)}>
              {name}
            </option>
          ))}
        </select>
      </label>
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
      <label>
        Ends in
        <select class="input" value={String(end)} onChange={(event) => setEnd(Number(event.currentTarget.value))}>
          {ends.map(({ name }, i) => (
            <option key={name} value={String(i)}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="button" data-tone="primary">
        Arm
      </button>
    </form>
  )
}
