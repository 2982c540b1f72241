// Imported dynamically, when a poll asks for data.
import { BoundedMap } from '../../engine/bounded-map.ts'
import type { Words } from '../../engine/fake.ts'
import { md5 } from '../../engine/md5.ts'
import { png } from '../../engine/png.ts'
import { Random } from '../../engine/random.ts'
import { formatInstant, type Instant } from '../../engine/time/instant.ts'
import { fileNumber, fileType, type KnownType } from './data-types.ts'

/** An object of a JSON value in a result. */
export type Entry = Readonly<Record<string, unknown>>

/** Whose contents are generated. */
export interface Owner {
  readonly seed: number
  readonly identifier: string
  /** Identifies the source. */
  readonly name: string
  /** How many times as many entries there are. */
  readonly volume: number
}

/** A period; `until` is not part of it. */
export interface Period {
  readonly since: Instant
  readonly until: Instant
}

export interface File {
  /** Its extension. */
  readonly type: string
  readonly bytes: Uint8Array
}

/** The JSON of entries, with its MD5. */
export interface Document {
  readonly bytes: Uint8Array
  readonly md5: string
}

/** A document, and the periods whose entries it has: they begin in the first one and end in the second one. */
interface KeptDocument {
  readonly since: Period
  readonly until: Period
  readonly document: Document
}

interface Person {
  readonly first_name: string
  readonly last_name: string
}

interface Contact extends Person {
  readonly number: string
}

/** What entries are made from. */
interface Draft {
  readonly random: Random
  readonly date: string
  readonly contacts: readonly Contact[]
  readonly owner: Owner
}

interface DatedEntry {
  readonly at: Instant
  readonly entry: Entry
}

const day = 86_400e6
/** How many days are kept, so that memory is bounded. */
const mostDays = 2000
/** How many documents are kept, and how long each may be. */
const mostDocuments = 200
const longestDocument = 64 * 1024
const encoder = new TextEncoder()

/** 32 bits that follow from a text. */
const hash = (text: string) => Number.parseInt(md5(text).slice(0, 8), 16)

const sentences: readonly string[] = [
  'Are you still in {city}?',
  'I am making {dish} tonight. Do you want to come?',
  'We should listen to {song} again',
  'The train from {city} is late, I will be there at {hour}',
  '{name} says hello!',
  'Can you call me at {hour}?',
  'Thanks, that was lovely',
  'Have you tried {app}?',
  'On my way',
  'Did {name} tell you about {city}?',
  'Ok, see you at {hour}',
  'Happy birthday!! 🎉',
]

const phones: readonly (readonly [name: string, model: string, colour: string, version: string])[] = [
  ['iPhone 11 Pro', 'iPhone12,3', 'midnight green', '13.3.1'],
  ['iPhone XR', 'iPhone11,8', 'coral', '13.3'],
  ['iPad Pro', 'iPad8,9', 'space grey', '13.3.1'],
]

/** Generates the contents of sources from the seed of a world: equal arguments give equal contents. */
export class Contents {
  readonly #words: Words
  readonly #days = new BoundedMap<string, readonly DatedEntry[]>(mostDays)
  readonly #documents = new BoundedMap<string, KeptDocument>(mostDocuments)

  constructor(words: Words) {
    this.#words = words
  }

  /**
   * The JSON of the entries of a data type; those with a date only within a period, the oldest first. None for an unknown
   * type. Polls of a source mostly find what the one before found, so the last document is kept.
   */
  document(owner: Owner, type: string, { since, until }: Period): Document {
    const key = `${owner.seed} ${owner.volume} ${owner.name} ${type}`
    const kept = this.#documents.get(key)
    if (kept && isWithin(since, kept.since) && isWithin(until, kept.until)) return kept.document
    const made = this.#document(owner, type as KnownType, { since, until })
    if (made.document.bytes.length <= longestDocument) this.#documents.set(key, made)
    return made.document
  }

  #document(owner: Owner, type: KnownType, period: Period): KeptDocument {
    const make = this.#dated(type)
    if (!make) return { since: always, until: always, document: documentOf(this.#undated(owner, type)) }
    const daily = this.#daily(owner, type, period, make)
    const inPeriod = daily.filter(({ at }) => isWithin(at, period))
    return { ...unchangedFor(daily, inPeriod, period), document: documentOf(inPeriod.map(({ entry }) => entry)) }
  }

  /** The entries of the days of a period, those before and after the period too. */
  #daily(owner: Owner, type: string, { since, until }: Period, make: (draft: Draft) => Entry): readonly DatedEntry[] {
    const days: (readonly DatedEntry[])[] = []
    for (let on = Math.floor(since / day); on * day < until; on++) {
      const key = `${owner.seed} ${owner.volume} ${owner.name} ${type} ${on}`
      let daily = this.#days.get(key)
      if (!daily) {
        const random = new Random(hash(`${owner.seed} ${owner.name} ${type} ${on}`))
        this.#days.set(key, (daily = dayOf(random, on, { contacts: this.#contacts(owner), owner }, make)))
      }
      days.push(daily)
    }
    return days.flat()
  }

  /** What an info result has at its root (documented names; `devices` assumed). */
  info(owner: Owner): Entry {
    const { first_name, last_name } = this.#person(owner)
    const random = new Random(hash(`${owner.seed} ${owner.name} devices`))
    const devices = phones.slice(0, 1 + random.below(2)).map(([name, model, colour, ios_version]) => {
      return { device_name: `${first_name}'s ${name.split(' ')[0]}`, name, model, colour, ios_version }
    })
    return { first_name, last_name, full_name: `${first_name} ${last_name}`, devices }
  }

  /** The file with an ID that some entry of this owner has or could have; undefined for any other ID. */
  file(owner: Owner, id: string): File | undefined {
    const number = fileNumber(id)
    if (number === undefined || fileId(owner, number) !== id) return undefined
    const type = fileType(number)
    if (type === 'txt') return { type, bytes: encoder.encode(`${this.#sentence(new Random(number))}\n`) }
    const [red, green, blue] = [number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff]
    return { type, bytes: png(8, 8, (x, y) => [(red + x * 8) & 0xff, (green + y * 8) & 0xff, blue]) }
  }

  /** The file that the entries of a data type were read from: an empty SQLite database (assumed). */
  sourceFile(owner: Owner, type: string): File {
    const bytes = new Uint8Array(512)
    bytes.set(encoder.encode('SQLite format 3\0'))
    bytes.set([2, 0, 1, 1, 0, 64, 32, 32], 16)
    const view = new DataView(bytes.buffer)
    // Change counter, pages, schema format, encoding, user version; then an empty leaf page, whose content begins at 512.
    const fields = [
      [24, 1],
      [28, 1],
      [44, 4],
      [56, 1],
      [60, hash(`${owner.seed} ${owner.name} ${type}`)],
      [92, 1],
    ]
    for (const [at, value] of fields as [number, number][]) view.setUint32(at, value)
    view.setUint8(100, 13)
    view.setUint16(105, 512)
    return { type: 'sqlite', bytes }
  }

  /** The entries of a type whose entries have no dates. */
  #undated(owner: Owner, type: KnownType): Entry[] {
    const random = new Random(hash(`${owner.seed} ${owner.name} ${type}`))
    switch (type) {
      case 'ios_contacts.contacts':
        return this.#contacts(owner).map(({ first_name, last_name, number }) => {
          return { first_name, last_name, records: [{ type: 'mobile', value: number }] }
        })
      case 'ios_apps.installed':
        return Array.from({ length: 4 * owner.volume }, () => {
          const name = one(random, this.#words.apps)
          const description = this.#sentence(random)
          return {
            name,
            author: this.#name(random).last_name,
            description,
            'advisory-rating': `${4 + random.below(14)}+`,
          }
        })
      case 'icloud.account.info':
        return [this.info(owner)]
      default:
        return []
    }
  }

  /** Makes an entry of a type whose entries have dates. */
  #dated(type: KnownType): ((draft: Draft) => Entry) | undefined {
    switch (type) {
      case 'ios_messages.messages':
      case 'messages.sms':
      case 'whatsapp.messages':
        return (draft) => this.#message(draft)
      case 'ios_calls.calls':
        return ({ random, date, contacts }) => {
          const answered = random.below(3) > 0
          const duration = answered ? 1 + random.below(900) : 0
          const address = one(random, contacts).number
          return { id: String(random.integer()), date, duration, answered, from_me: random.below(2) === 0, address }
        }
      case 'ios_safari.history':
        return ({ random, date }) => {
          const title = one(random, this.#words.songs)
          const path = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
          return { url: `https://www.example.com/${path}`, title, last_visit: date }
        }
      case 'ios_photos.photos':
        return ({ random, date, owner }) => {
          return { filename: photoName(random), date, file: { id: fileId(owner, random.integer() | 1) } }
        }
      case 'icloud_photos.photos':
        return ({ random, date, owner }) => {
          const variants = ['original', 'medium', 'thumbnail']
          const files = variants.map((variant) => ({ id: fileId(owner, random.integer() | 1), variant }))
          return { filename: photoName(random), date, files }
        }
      default:
        return undefined
    }
  }

  #message({ random, date, contacts, owner }: Draft): Entry {
    const { number } = one(random, contacts)
    const from_me = random.below(2) === 0
    const text = this.#sentence(random)
    const attached = random.below(5) === 0 ? random.integer() : undefined
    const attachments =
      attached === undefined
        ? []
        : [{ file_id: fileId(owner, attached), filename: attachmentName(random, fileType(attached >>> 0)) }]
    return { id: String(random.integer()), conversation: number, date, text, from_me, handle: number, attachments }
  }

  /** The people whom an owner writes with. */
  #contacts(owner: Owner): readonly Contact[] {
    const random = new Random(hash(`${owner.seed} ${owner.name} contacts`))
    return Array.from({ length: 5 }, () => {
      const number = `+4420794${String(60_000 + random.below(1000)).padStart(5, '0')}`
      return { ...this.#name(random), number }
    })
  }

  /** The owner's own name, as its identifier has it if it has one: `john.appleseed@…`. */
  #person({ seed, name, identifier }: Owner): Person {
    const { first_name, last_name } = this.#name(new Random(hash(`${seed} ${name} person`)))
    const [, first, last] = /^([a-z]{2,})(?:[._]([a-z]{2,}))?\d*@/i.exec(identifier) ?? []
    return { first_name: capital(first) ?? first_name, last_name: capital(last) ?? last_name }
  }

  #name(random: Random): Person {
    return { first_name: one(random, this.#words.firstNames), last_name: one(random, this.#words.lastNames) }
  }

  #sentence(random: Random): string {
    const { cities, dishes, songs, apps, firstNames } = this.#words
    const drawn = { city: cities, dish: dishes, song: songs, app: apps, name: firstNames }
    return one(random, sentences).replaceAll(/\{(\w+)\}/g, (_, word: string) => {
      return word === 'hour'
        ? `${1 + random.below(12)}:${random.below(2) ? '30' : '00'}`
        : one(random, drawn[word as keyof typeof drawn])
    })
  }
}

/** The entries of a day, each in an equal part of it, so that they are in order. */
function dayOf(
  daily: Random,
  on: number,
  of: Pick<Draft, 'contacts' | 'owner'>,
  make: (draft: Draft) => Entry,
): DatedEntry[] {
  const count = (1 + daily.below(2)) * of.owner.volume
  return Array.from({ length: count }, (_, i) => {
    const at = on * day + Math.floor(((i + daily.below(1000) / 1000) * day) / count)
    return { at, entry: make({ ...of, random: new Random(daily.integer()), date: formatInstant(at) }) }
  })
}

/** The JSON of a data result (observed root). */
function documentOf(data: readonly Entry[]): Document {
  const bytes = encoder.encode(JSON.stringify({ data }))
  return { bytes, md5: md5(bytes) }
}

const always: Period = { since: -Infinity, until: Infinity }
const isWithin = (at: Instant, { since, until }: Period) => at >= since && at < until

/**
 * How far the beginning and the end of a period can move without another entry in it: each up to the next entry, and not
 * beyond the days whose entries are known.
 */
function unchangedFor(dated: readonly DatedEntry[], inPeriod: readonly DatedEntry[], { since, until }: Period) {
  const next = dated.find(({ at }) => at >= until)?.at ?? Math.ceil(until / day) * day
  const previous = dated.findLast(({ at }) => at < since)?.at ?? Math.floor(since / day) * day - 1
  const [first, last] = [inPeriod[0]?.at ?? since, inPeriod.at(-1)?.at ?? until - 1]
  return { since: { since: previous + 1, until: first + 1 }, until: { since: last + 1, until: next + 1 } }
}

const one = <T>(random: Random, of: readonly T[]): T => of[random.below(of.length)] as T

const capital = (word: string | undefined) => word && word.charAt(0).toUpperCase() + word.slice(1).toLowerCase()

/** An ID that proves its owner and holds the number from which the file is generated. */
function fileId({ seed, name }: Owner, number: number): string {
  const unsigned = number >>> 0
  return unsigned.toString(16).padStart(8, '0') + md5(`${seed} ${name} file ${unsigned}`)
}

const photoName = (random: Random) => `IMG_${String(random.below(10_000)).padStart(4, '0')}.PNG`
const attachmentName = (random: Random, type: string) =>
  type === 'png' ? photoName(random) : `note-${random.below(1000)}.txt`
