import { styleText } from 'node:util'

const colours = ['bold', 'dim', 'red', 'green', 'yellow', 'cyan', 'magenta'] as const
type Colour = (typeof colours)[number]

/** Puts text into a colour, or leaves it as it is. */
export type Paint = Readonly<Record<Colour, (text: string) => string>>

/** Whether a stream takes colours: a terminal does unless `NO_COLOR` or `CI` is set, and anything if `FORCE_COLOR` is. */
export function takesColours(
  { isTTY = false }: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const { FORCE_COLOR, NO_COLOR, CI, TERM } = environment
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false'
  return isTTY && !NO_COLOR && !CI && TERM !== 'dumb'
}

/** How to colour text. */
export function paintFor(isColoured: boolean): Paint {
  return Object.fromEntries(colours.map((colour) => [colour, isColoured ? painter(colour) : plain])) as Paint
}

const plain = (text: string) => text

/** Asks once for what stands around a text: a line has several colours, and thousands may be printed each second. */
function painter(colour: Colour): (text: string) => string {
  const [open, close] = styleText(colour, '\0', { validateStream: false }).split('\0')
  return (text) => `${open}${text}${close}`
}
