import { useEffect, useState } from 'preact/hooks'
import { useInspector } from './context.ts'
import { Tree } from './tree.tsx'

/** The longest text that is shown, in bytes. */
const longest = 1024 * 1024

type Content =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly address: string }
  | { readonly kind: 'other'; readonly why: string }

/** What is in a bucket at a URL: JSON folded, images as such, other texts as they are; read from the mock alone. */
export function Preview({ url }: { url: string }) {
  const { controller } = useInspector()
  const [read, setRead] = useState<{ readonly blob: Blob; readonly content: Content } | string | null>(null)
  useEffect(() => {
    let address: string | undefined
    let isWanted = true
    const load = async () => {
      const blob = await controller.client.readObject(url)
      const content = await contentOf(blob)
      if (content.kind === 'image') address = content.address
      if (isWanted) setRead({ blob, content })
      else if (address) URL.revokeObjectURL(address)
    }
    load().catch((error) => isWanted && setRead(error instanceof Error ? error.message : String(error)))
    return () => {
      isWanted = false
      if (address) URL.revokeObjectURL(address)
    }
  }, [controller, url])
  return (
    <section>
      <h3>In the bucket</h3>
      <p class="hint wrap">
        <code>{url}</code>
        {read !== null && typeof read !== 'string' && ` · ${read.blob.type || 'no type'} · ${sizeOf(read.blob.size)}`}
      </p>
      {typeof read === 'string' && <p class="hint">{read}</p>}
      {read !== null && typeof read !== 'string' && <Shown content={read.content} />}
    </section>
  )
}

function Shown({ content }: { content: Content }) {
  if (content.kind === 'json') return <Tree value={content.value} label="Content of the object" />
  if (content.kind === 'image') return <img class="preview" src={content.address} alt="The object in the bucket" />
  if (content.kind === 'text') {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      <section class="json" tabIndex={0} aria-label="Content of the object">
        <pre>{content.text}</pre>
      </section>
    )
  }
  return <p class="hint">{content.why}</p>
}

async function contentOf(blob: Blob): Promise<Content> {
  if (/^image\/(?:png|jpeg|gif|webp)$/.test(blob.type)) return { kind: 'image', address: URL.createObjectURL(blob) }
  if (blob.size > longest) return { kind: 'other', why: `It is longer than ${sizeOf(longest)}, and not shown.` }
  const isJson = /\bjson\b/.test(blob.type)
  if (!isJson && !blob.type.startsWith('text/')) return { kind: 'other', why: 'It is neither JSON nor an image.' }
  const text = await blob.text()
  try {
    return isJson ? { kind: 'json', value: JSON.parse(text) } : { kind: 'text', text }
  } catch {
    return { kind: 'text', text }
  }
}

const sizeOf = (bytes: number) =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 ** 2
      ? `${(bytes / 1024).toFixed(1)} KiB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MiB`
