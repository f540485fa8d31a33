// What score cards read: which evaluation and window are shown, its cards page by page, and what is asked for only once it is unfolded.
import type { PropertyDeclarations } from 'lit'
import type { Answer, Client } from './client.ts'
import { CommandWidget } from './command-widget.ts'
import type { Document } from './documents.ts'
import {
  countedDocument,
  evaluationsDocument,
  previewDocument,
  publishDocument,
  scoreDocument,
  type Counted,
  type Evaluated,
  type FullCard,
  type InWindow,
  type Published,
  type ScoreWindow
} from './evaluation-documents.ts'
import { noScores, readMoreScores, readScores, type Place, type Scores } from './score-pages.ts'
import { scoreTextsIn, type ScoreTexts } from './score-texts.ts'

/** How many cards of a preview are shown at first, and more at each press. */
export const previewAtOnce = 20

/** The evaluation and window that are shown. */
export type Shown = { readonly evaluation: Evaluated; readonly window: ScoreWindow }

/** Base of the score cards: reads and publishes; how that looks is the subclass's. */
export abstract class ScoreReader extends CommandWidget {
  static override properties: PropertyDeclarations = {
    evaluation: {},
    window: {},
    evaluations: { state: true },
    shown: { state: true },
    scores: { state: true },
    full: { state: true },
    counted: { state: true },
    unfolded: { state: true },
    preview: { state: true },
    previewed: { state: true }
  }
  declare evaluation: string
  declare window: string
  declare protected evaluations: readonly Evaluated[]
  declare protected shown: Shown | undefined
  declare protected scores: Scores
  /** Other cards in full, by subject, once they were opened. */
  declare protected full: ReadonlyMap<string, Published>
  /** What cards counted, by subject and indicator, once it was asked for. */
  declare protected counted: ReadonlyMap<string, readonly Counted[]>
  /** Which cards (`card <subject>`) and lines (`line <subject> <indicator>`) are unfolded. */
  declare protected unfolded: ReadonlySet<string>
  declare protected preview: readonly FullCard[] | undefined
  declare protected previewed: number

  constructor() {
    super()
    this.evaluation = ''
    this.window = ''
    this.evaluations = []
    this.#clear()
  }

  protected override get needsViewer(): boolean {
    return false
  }

  // What is published never changes, and is published once in a month at most.
  protected override listen(): () => void {
    return () => undefined
  }

  /** The texts of score cards in the language of the widget. */
  protected get e(): ScoreTexts {
    return scoreTextsIn(this.language)
  }

  get #place(): Place {
    return { evaluation: this.shown?.evaluation.id ?? '', window: this.shown?.window.name ?? '' }
  }

  #clear(): void {
    this.shown = undefined
    this.scores = noScores
    this.full = new Map()
    this.counted = new Map()
    this.unfolded = new Set()
    this.preview = undefined
    this.previewed = previewAtOnce
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed)
    const other = changed.get('evaluation') !== undefined || changed.get('window') !== undefined
    if (this.loaded && other) void this.refresh()
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    const asked = await client.ask(evaluationsDocument, {})
    if (!('value' in asked)) return asked
    const { evaluations } = asked.value
    const shown = this.#choice(evaluations)
    if (!shown) return { value: () => this.#clear() }
    const place = { evaluation: shown.evaluation.id, window: shown.window.name }
    const same = place.evaluation === this.#place.evaluation && place.window === this.#place.window
    const read = await readScores(client, place, same ? this.scores.cards.length : 0)
    if (!('value' in read)) return read
    return {
      value: () => {
        if (!same) this.#clear()
        this.evaluations = evaluations
        this.shown = shown
        this.scores = read.value
        if (read.value.toPublish === 0) this.preview = undefined
      }
    }
  }

  #choice(evaluations: readonly Evaluated[]): Shown | undefined {
    const evaluation = evaluations.find(({ id }) => id === this.evaluation) ?? evaluations[0]
    const windows = evaluation?.windows ?? []
    const window =
      windows.find(({ name }) => name === this.window) ??
      windows.find(({ closesAt }) => isClosed(closesAt, Date.now())) ??
      windows[0]
    return evaluation && window ? { evaluation, window } : undefined
  }

  /** Reads the next page of cards. */
  protected async more(): Promise<void> {
    const { client, scores } = this
    if (!client) return
    const answer = await readMoreScores(client, this.#place, scores)
    if (this.scores !== scores) return
    if ('value' in answer) this.scores = answer.value
    else this.fail(answer, client)
  }

  /** Unfolds `what` or folds it away; whether it is unfolded now. */
  protected fold(what: string): boolean {
    const unfold = !this.unfolded.has(what)
    this.unfolded = new Set(unfold ? [...this.unfolded, what] : [...this.unfolded].filter(each => each !== what))
    return unfold
  }

  /** What the shown window answers; undefined where there is no answer, or another window is shown meanwhile. */
  async #askHere<Fields, Variables extends Place>(
    document: Document<InWindow<Fields>, Variables>,
    more: Omit<Variables, keyof Place>
  ): Promise<Fields | null | undefined> {
    const { client, shown } = this
    if (!client || !shown) return undefined
    const answer = await client.ask(document, { ...more, ...this.#place } as Variables) // a place and the rest
    if (shown.evaluation.id !== this.#place.evaluation || shown.window.name !== this.#place.window) return undefined
    if ('value' in answer) return answer.value.evaluation?.window
    this.fail(answer, client)
    return undefined
  }

  /** Unfolds a card or folds it away; another's is read in full first. */
  protected async openCard(subject: string): Promise<void> {
    if (!this.fold(`card ${subject}`) || this.full.has(subject)) return
    const score = (await this.#askHere(scoreDocument, { subject }))?.score
    if (score) this.full = new Map([...this.full, [subject, score]])
  }

  /** Unfolds what a line of a published card counted, or folds it away. */
  protected async openLine(subject: string, indicator: string): Promise<void> {
    if (!this.fold(`line ${subject} ${indicator}`) || this.counted.has(`${subject} ${indicator}`)) return
    const lines = (await this.#askHere(countedDocument, { subject }))?.score?.card.lines ?? []
    const found = lines.map(line => [`${subject} ${line.indicator.id}`, line.events] as const)
    this.counted = new Map([...this.counted, ...found])
  }

  /** Reads what the scores would be by now. */
  protected async tryOut(): Promise<void> {
    this.preview = (await this.#askHere(previewDocument, {}))?.preview
  }

  /** Publishes what is the viewer's to publish. */
  protected async publish(): Promise<void> {
    const { evaluation, window } = this.#place
    const done = await this.command(publishDocument, 'publishScores', `publish ${evaluation} ${window}`, {
      evaluation,
      window
    })
    if (done) this.said = this.e.published(done.scores.length)
  }
}

/** Whether a window takes no more marks at `now`, in epoch ms. */
export const isClosed = (closesAt: string, now: number) => Date.parse(closesAt) <= now
