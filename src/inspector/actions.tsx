import { useState } from 'preact/hooks'
import type { ActionDescription, OptionDescription } from '../control/description.ts'
import type { DomainEventView } from '../engine/domain-event.ts'
import { AsyncButton, Select } from './buttons.tsx'
import { useApi, useInspector } from './context.ts'
import type { Row } from './rows.ts'

/** The actions that the state of a record allows. */
export function Actions({ resource, row, names }: { resource: string; row: Row; names: readonly string[] }) {
  const api = useApi()
  const actions = names.flatMap((name) => api.action(name) ?? [])
  if (actions.length === 0) return <p class="hint">No action applies to it in this state.</p>
  return (
    <section>
      <h3 class="visually-hidden">Actions</h3>
      <div class="actions">
        {actions.map((action) => (
          <Action key={action.name} action={action} resource={resource} row={row} />
        ))}
      </div>
    </section>
  )
}

function Action({ action, resource, row }: { action: ActionDescription; resource: string; row: Row }) {
  const { controller } = useInspector()
  const api = useApi()
  const { name, targets, details } = action
  const [chosen, choose] = useState<Readonly<Record<string, number>>>({})
  const verb = name.slice(name.lastIndexOf('.') + 1)
  const title = verb.replaceAll('_', ' ')
  const perform = () =>
    controller.change(title, async () => {
      const given = details
        .map((detail) => [detail.name, detail.options[chosen[detail.name] ?? 0]?.value ?? null] as const)
        .filter(([, value]) => value !== null)
      const { happened } = await controller.client.call<{ happened: readonly DomainEventView[] }>('POST', '/actions', {
        do: name,
        // Records of several resources may have the same ID.
        where: targets.length > 1 ? { id: row.id, resource } : { id: row.id },
        ...(given.length > 0 && { with: Object.fromEntries(given) }),
      })
      controller.refresh('state')
      return happened
    })
  const outcomes = api.state(resource, String(row.state))?.moves[verb] ?? []
  const isDangerous =
    outcomes.length > 0 && outcomes.every((state) => !['good', 'wait'].includes(api.toneOf(resource, state)))
  return (
    <span class="action">
      <AsyncButton work={perform} {...(isDangerous && { tone: 'danger' as const })} title={name}>
        {title}
      </AsyncButton>
      {details.map((detail) => (
        <Options
          key={detail.name}
          label={`${detail.name} for ${title}`}
          options={detail.options}
          chosen={chosen[detail.name] ?? 0}
          choose={(index) => choose({ ...chosen, [detail.name]: index })}
        />
      ))}
    </span>
  )
}

const Options = (props: {
  label: string
  options: readonly OptionDescription[]
  chosen: number
  choose: (index: number) => void
}) => (
  <Select isBare label={props.label} value={String(props.chosen)} choose={(index) => props.choose(Number(index))}>
    {props.options.map(({ label }, i) => (
      <option key={label} value={String(i)}>
        {label}
      </option>
    ))}
  </Select>
)
