import { useState } from 'preact/hooks'
import { AsyncButton, ScenarioOptions, Select } from './buttons.tsx'
import { useInspector, useStore } from './context.ts'
import { FaultForm } from './fault-form.tsx'
import { Cards, Count, useFilter } from './filter-field.tsx'
import { formatStamp } from './instant.ts'
import { Mark } from './marks.tsx'
import { Empty } from './parts.tsx'
import { Accounts, Settings } from './setup.tsx'

/** The current scenario with its steps, the settings, the accounts, and the faults. */
export function Scenario() {
  const store = useStore()
  const { report } = store
  const keep = useFilter()
  if (!report) return <Empty title="Loading …" />
  const { problems } = report
  const steps = report.steps.map((one, i) => ({ ...one, number: i + 1 }))
  const shown = keep(steps)
  return (
    <Cards label="Scenario" example="waits, renate, session_init">
      <section class="card" aria-labelledby="scenario-title">
        <p class="overline">Scenario</p>
        <h2 id="scenario-title">{report.scenario}</h2>
        <p class="lead">{report.description}</p>
        <p class="hint">Began {formatStamp(report.began)}</p>
        <Switch />
      </section>
      <section class="card" aria-labelledby="steps-title">
        <h2 id="steps-title">
          Steps <Count shown={shown.length} all={steps.length} />
        </h2>
        {steps.length === 0 && <p class="hint">It has none: calls, accounts and settings decide.</p>}
        <ol class="steps">
          {shown.map(({ step, fired, number }) => (
            <li key={number} value={number}>
              <Mark tone={fired > 0 ? 'good' : 'wait'}>
                {fired > 1 ? `fired × ${fired}` : fired ? 'fired' : 'waits'}
              </Mark>
              <code class="wrap">{step}</code>
            </li>
          ))}
        </ol>
        {problems.length > 0 && (
          <>
            <h3>Could not act</h3>
            <ul class="steps">
              {keep(problems).map((problem) => (
                <li key={problem}>
                  <Mark tone="bad">failed</Mark>
                  <span class="wrap">{problem}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <Faults />
      <Settings />
      <Accounts />
    </Cards>
  )
}

function Switch() {
  const { controller } = useInspector()
  const { scenarios, report } = useStore()
  const [name, setName] = useState(report?.scenario ?? '')
  const [keeps, setKeeps] = useState(false)
  const described = scenarios.find((one) => one.name === name)
  const load = () =>
    controller.change(`Load ${name}`, async () => {
      await controller.client.call('PUT', `/scenario${keeps ? '?keep=true' : ''}`, { scenario: name })
      return keeps ? 'records and clock stay' : 'records and clock are those of the scenario'
    })
  const reset = () =>
    controller.change('Reset', async () => {
      await controller.client.call('POST', '/reset')
      return 'the world is in its initial state again'
    })
  return (
    <div class="form">
      <Select label="Play another" value={name} choose={setName}>
        {!described && <option value={name}>{name}</option>}
        <ScenarioOptions scenarios={scenarios} />
      </Select>
      {described && name !== report?.scenario && <p class="hint">{described.description}</p>}
      <label class="check">
        <input type="checkbox" checked={keeps} onChange={(event) => setKeeps(event.currentTarget.checked)} />
        Keep records and clock
      </label>
      <div class="buttons">
        <AsyncButton tone="primary" work={load}>
          Load {name}
        </AsyncButton>
        <AsyncButton work={reset} title="Records, clock and scenario as they were at first">
          Reset the world
        </AsyncButton>
      </div>
    </div>
  )
}

function Faults() {
  const { controller } = useInspector()
  const { faults } = useStore()
  const shown = useFilter()(faults)
  const disarm = (on?: string) =>
    controller.change('Disarm', async () => {
      await controller.client.call('DELETE', `/faults${on === undefined ? '' : `?on=${encodeURIComponent(on)}`}`)
      controller.refresh('faults')
      return on ?? 'every fault'
    })
  return (
    <section class="card" aria-labelledby="faults-title">
      <div class="section-head">
        <h2 id="faults-title">
          Faults <span class="count">{faults.filter(({ armed, spent }) => armed && !spent).length} armed</span>
        </h2>
        {faults.some(({ armed }) => armed) && <AsyncButton work={() => disarm()}>Disarm all</AsyncButton>}
      </div>
      {faults.length === 0 && <p class="hint">None: every call is answered as it should be. Arm one below.</p>}
      <ul class="steps">
        {shown.map((fault, i) => {
          const { on, armed, spent, struck } = fault
          return (
            <li key={i}>
              <Mark tone={armed && !spent ? 'good' : 'over'}>
                {armed && spent ? 'spent' : armed ? 'armed' : 'disarmed'}
              </Mark>
              <code class="wrap">{fault.fault}</code>
              <span class="hint number">struck {struck}</span>
              {armed && (
                <AsyncButton work={() => disarm(on)} title={`Disarm ${on}`}>
                  Disarm
                </AsyncButton>
              )}
            </li>
          )
        })}
      </ul>
      <FaultForm />
    </section>
  )
}
