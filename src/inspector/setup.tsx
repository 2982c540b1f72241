import { useStore } from './context.ts'
import { Count, useFilter } from './filter-field.tsx'
import { Mark } from './marks.tsx'
import { Prose } from './parts.tsx'

/** The settings of the world, those that differ from the defaults first. */
export function Settings() {
  const { setup } = useStore()
  const keep = useFilter()
  if (!setup) return null
  const isSet = (name: string) => setup.changed.includes(name)
  const all = Object.entries(setup.settings)
    .map(([name, value]) => ({ name, value: textOf(value), is: isSet(name) ? 'set' : 'default' }))
    .sort((one, other) => Number(isSet(other.name)) - Number(isSet(one.name)))
  const shown = keep(all)
  return (
    <section class="card" aria-labelledby="settings-title">
      <h2 id="settings-title">
        Settings <Count shown={shown.length} all={all.length} />
      </h2>
      <dl class="facts">
        {shown.map(({ name, value }) => (
          <div key={name} data-set={isSet(name)}>
            <dt>
              {name}
              {isSet(name) && ' (set)'}
            </dt>
            <dd class="wrap">
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function textOf(value: unknown): string {
  if (value === null) return 'none'
  if (Array.isArray(value)) return value.join(', ') || 'none'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The accounts of the scenario with what is scripted of them, and those that every world has. */
export function Accounts() {
  const { report, setup } = useStore()
  const scripted = (setup?.accounts ?? []).filter(({ built_in }) => !built_in)
  // The report also has the parts of accounts that a scenario expects to be used.
  const parts = (report?.accounts ?? [])
    .filter(({ account }) => !scripted.some((one) => one.account === account))
    .map((part) => ({ ...part, description: '' }))
  return (
    <>
      {scripted.length > 0 && <AccountList title="Accounts" accounts={[...scripted, ...parts]} />}
      <AccountList
        title="Test identifiers"
        accounts={(setup?.accounts ?? []).filter(({ built_in }) => built_in)}
        empty="The scenario leaves them out."
      />
    </>
  )
}

interface ListedAccount {
  readonly account: string
  readonly description: string
  readonly used: boolean
}

function AccountList(props: { title: string; accounts: readonly ListedAccount[]; empty?: string }) {
  const { title, accounts, empty } = props
  const shown = useFilter()(accounts)
  return (
    <section class="card" aria-label={title}>
      <h2>
        {title} <Count shown={shown.length} all={accounts.length} />
      </h2>
      {accounts.length === 0 && <p class="hint">{empty}</p>}
      <ul class="steps">
        {shown.map(({ account, description, used }) => (
          <li key={account}>
            <Mark tone={used ? 'good' : 'wait'}>{used ? 'used' : 'not used'}</Mark>
            <span class="wrap">
              <code>{account}</code>
              {description && (
                <p class="hint">
                  <Prose>{description}</Prose>
                </p>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
