import { useState } from 'preact/hooks'
import { useInspector, useStore } from './context.ts'

/** Asks for the control token. */
export function TokenForm() {
  const { controller } = useInspector()
  const store = useStore()
  const [token, setToken] = useState('')
  return (
    <main class="app locked">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault()
          controller.unlock(token)
        }}
      >
        <h1>ricloud-mock</h1>
        <p class="lead">
          This server listens beyond its own machine, so its control calls need a token. It was printed when the server
          started.
        </p>
        <label>
          Control token
          <input
            class="input mono"
            type="password"
            autocomplete="off"
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        {store.isRefused && (
          <p class="wrong" role="alert">
            That token is wrong. The right one is in the output of the server, after “control token”.
          </p>
        )}
        <p class="hint">It is kept for this tab only, and sent to this server only.</p>
        <button type="submit" class="button" data-tone="primary">
          Open the inspector
        </button>
      </form>
    </main>
  )
}
