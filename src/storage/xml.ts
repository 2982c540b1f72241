/** Markup, which is not escaped again. */
export class Xml {
  constructor(readonly text: string) {}
}

type Content = string | number | boolean | undefined | Xml | readonly Content[]

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Control characters have no form that parsers of XML 1.0 accept, which is why clients ask for encoded keys. */
const escaped = (text: string) =>
  text.replace(/[&<>"\x00-\x1f]/g, (found) => entities[found] ?? `&#${found.charCodeAt(0)};`)

const written = (content: Content): string => {
  if (content instanceof Xml) return content.text
  if (Array.isArray(content)) return content.map(written).join('')
  return content === undefined ? '' : escaped(String(content))
}

/** An element; none for undefined. */
export const element = (name: string, content: Content, attributes = ''): Xml =>
  new Xml(content === undefined ? '' : `<${name}${attributes}>${written(content)}</${name}>`)

/** Elements by their names, in their order. */
export const elements = (contents: Readonly<Record<string, Content>>): Xml =>
  new Xml(
    Object.entries(contents)
      .map(([name, content]) => element(name, content).text)
      .join(''),
  )

export const xmlDocument = (name: string, content: Content, namespace?: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, content, namespace && ` xmlns="${namespace}"`).text}`
