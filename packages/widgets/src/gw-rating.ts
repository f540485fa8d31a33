import { css, html, nothing, type PropertyDeclarations } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { caseStyles, duePill } from './case-view.ts'
import type { Answer, Client } from './client.ts'
import { isRefused, sendOnce } from './command-widget.ts'
import {
  rateDocument,
  sheetsDocument,
  type Rated,
  type ScoreWindow,
  type Sheet,
  type Subject
} from './evaluation-documents.ts'
import { send } from './events.ts'
import { ratingTextsIn, type RatingTexts } from './rating-texts.ts'
import { baseStyles, controlStyles } from './styles.ts'
import { failureWords, Widget } from './widget.ts'
import { subjectName, windowWords } from './window-words.ts'

/** How many rows of a sheet are shown at first, and more at each press. */
const rowsAtOnce = 50
/** How long before its end a window says that it ends soon, in ms. */
const soonMs = 2 * 86_400_000
const decimal = /^\d{1,9}(\.\d{1,6})?$/

type OpenSheet = { readonly evaluation: Rated; readonly window: ScoreWindow; readonly sheet: Sheet }
type Row = { readonly key: string; readonly subject: Subject; readonly marks: string | null; readonly on: OpenSheet }
/** What came of the last press in a row: it is on its way, or what was said against it. */
type News = 'sending' | { readonly against: string }

/**
 * The sheets on which the viewer gives marks, in all windows that take them now: a row for each subject with what was given last,
 * saved one by one. Of several marks for one subject the last counts.
 *
 * @attr quiet - shows nothing where there is nothing to rate
 * @attr endpoint - before `/<locality>/graphql` @attr locality - id @attr lang - language @attr elder - large type, 60 px targets
 * @fires gw-sign-in-wanted - nobody is signed in
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart sheet - a sheet @csspart row - a subject @csspart refusal - what was said against the marks
 */
export class GwRating extends Widget {
  static override properties: PropertyDeclarations = {
    quiet: { type: Boolean },
    evaluations: { state: true },
    drafts: { state: true },
    news: { state: true },
    shown: { state: true }
  }
  declare quiet: boolean
  declare protected evaluations: readonly Rated[]
  /** What was typed and not yet saved, by row. */
  declare protected drafts: ReadonlyMap<string, string>
  declare protected news: ReadonlyMap<string, News>
  declare protected shown: number

  #rater = ''

  constructor() {
    super()
    this.quiet = false
    this.evaluations = []
    this.drafts = new Map()
    this.news = new Map()
    this.shown = rowsAtOnce
  }

  protected override get needsViewer(): boolean {
    return !this.quiet
  }

  // Marks are one's own: nobody else changes what is shown here.
  protected override listen(): () => void {
    return () => undefined
  }

  protected get e(): RatingTexts {
    return ratingTextsIn(this.language)
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    const answer = await client.ask(sheetsDocument, {})
    if (!('value' in answer)) return answer
    const rater = this.viewer?.person.id ?? ''
    return {
      value: () => {
        this.evaluations = answer.value.evaluations
        if (rater === this.#rater) return
        this.#rater = rater
        this.drafts = new Map()
        this.news = new Map()
      }
    }
  }

  #say(key: string, news: News | undefined): void {
    const rest = [...this.news].filter(([known]) => known !== key)
    this.news = new Map(news ? [...rest, [key, news]] : rest)
  }

  #type(key: string, typed: string): void {
    this.drafts = new Map([...this.drafts, [key, typed]])
    this.#say(key, undefined)
  }

  async #save(event: Event, row: Row): Promise<void> {
    event.preventDefault()
    const { client, e, t } = this
    const { key, subject, on } = row
    const marks = this.#marksOf(row)
    if (!client || this.news.get(key) === 'sending' || marks === row.marks) return
    const { id: sheet, highest } = on.sheet
    if (!decimal.test(marks) || Number(marks) > Number(highest))
      return this.#say(key, { against: e.marksWrong(highest) })
    this.#say(key, 'sending')
    const input = { evaluation: on.evaluation.id, window: on.window.name, sheet, subject: subject.key, marks }
    const answer = await sendOnce(client, rateDocument, { name: 'rate', intent: `rate ${key} ${marks}`, input })
    if (client !== this.client) return
    if (!('value' in answer)) {
      if (answer.problem === 'signed-out') send(this, 'gw-sign-in-wanted', {})
      return this.#say(key, { against: failureWords(answer, t) })
    }
    if (isRefused(answer.value)) return this.#say(key, { against: answer.value.message })
    this.#saved({ key, subject, on }, answer.value.marks, marks)
  }

  /** Shows what is kept; what was typed since then stays as it is. */
  #saved({ key, subject, on }: Pick<Row, 'key' | 'subject' | 'on'>, kept: string, sent: string): void {
    this.#say(key, undefined)
    this.#given(on, subject.key, kept)
    if (this.drafts.get(key)?.trim() === sent)
      this.drafts = new Map([...this.drafts].filter(([known]) => known !== key))
  }

  /** The marks of a row as typed, or as given last. */
  #marksOf({ key, marks }: Row): string {
    return (this.drafts.get(key) ?? marks ?? '').trim()
  }

  #given({ evaluation, window, sheet }: OpenSheet, subject: string, marks: string): void {
    const among = <Item extends object>(
      items: readonly Item[],
      item: (each: Item) => boolean,
      change: (it: Item) => Item
    ) => items.map(each => (item(each) ? change(each) : each))
    this.evaluations = among(
      this.evaluations,
      each => each.id === evaluation.id,
      rated => ({
        ...rated,
        windows: among(
          rated.windows,
          each => each.name === window.name,
          taking => ({
            ...taking,
            sheets: among(
              taking.sheets,
              each => each.id === sheet.id,
              filled => ({
                ...filled,
                subjects: among(
                  filled.subjects,
                  each => each.subject.key === subject,
                  row => ({ ...row, marks })
                )
              })
            )
          })
        )
      })
    )
  }

  protected override body() {
    const { e, quiet } = this
    const sheets = this.evaluations.flatMap(evaluation =>
      evaluation.windows.flatMap(window => window.sheets.map(sheet => ({ evaluation, window, sheet })))
    )
    if (sheets.length === 0 && quiet) return html`${nothing}`
    const left = sheets.reduce((sum, { sheet }) => sum + leftOn(sheet), 0)
    return html`<section class="stack ${quiet ? 'quiet' : ''}" aria-labelledby="title">
      <div class="row apart">
        <h2 id="title">${e.ratings}</h2>
        ${sheets.length === 0 ? nothing : html`<span class="chip ${left > 0 ? 'soon' : 'good'}" role="status">${left > 0 ? e.toRate(left) : e.allRated}</span>`}
      </div>
      ${sheets.length === 0 ? html`<p class="card soft">${e.noRatings}</p>` : nothing}
      ${sheets.map((open, at) => this.#sheet(open, at))}
    </section>`
  }

  #sheet(open: OpenSheet, at: number) {
    const { e, t, language: lang, now, shown } = this
    const { evaluation, window, sheet } = open
    const { subjects, highest } = sheet
    const warnAt = new Date(Date.parse(window.closesAt) - soonMs).toISOString()
    const closing = { name: e.takesMarks, dueAt: window.closesAt, warnAt, warned: false, expired: 0 }
    const closed = Date.parse(window.closesAt) <= now
    const rows = subjects.slice(0, shown).map(({ subject, marks }) => ({
      key: `${evaluation.id} ${window.name} ${sheet.id} ${subject.key}`,
      subject,
      marks,
      on: open
    }))
    return html`<section class="card stack" part="sheet" aria-labelledby="sheet-${at}">
      <div>
        <p class="number">${evaluation.title} · ${windowWords(window.name, lang)}</p>
        <div class="row apart">
          <h3 id="sheet-${at}">${sheet.label}</h3>
          <span class="soft">${e.rated(subjects.length - leftOn(sheet), subjects.length)} · ${e.marks(highest)}</span>
        </div>
        ${
          closed
            ? html`<p class="note soon">${e.closed}</p>`
            : html`<div class="row closing">
                <span class="soft">${e.takesMarks}</span
                >${duePill({ open: true, deadlines: [closing] }, { t, lang, now })}
              </div>`
        }
      </div>
      <ul aria-labelledby="sheet-${at}">
        ${repeat(
          rows,
          ({ key }) => key,
          (row, index) => html`<li part="row">${this.#row(row, `${at}-${index}`, closed)}</li>`
        )}
      </ul>
      ${subjects.length > shown ? html`<button @click=${() => (this.shown += rowsAtOnce)}>${t.more}</button>` : nothing}
    </section>`
  }

  #row(row: Row, id: string, closed: boolean) {
    const { e, t, drafts, news } = this
    const { key, subject, on } = row
    const { highest } = on.sheet
    const said = news.get(key)
    const against = typeof said === 'object' ? said.against : ''
    const changed = drafts.has(key) && this.#marksOf(row) !== (row.marks ?? '')
    const typed = (event: InputEvent & { currentTarget: HTMLInputElement }) =>
      this.#type(key, event.currentTarget.value)
    return html`<form novalidate @submit=${(event: Event) => this.#save(event, row)}>
      <label for="marks-${id}">${subjectName(subject)}</label>
      <input
        id="marks-${id}"
        type="number"
        inputmode="decimal"
        min="0"
        max=${highest}
        step=${Number(highest) % 0.5 === 0 ? '0.5' : 'any'}
        autocomplete="off"
        ?disabled=${closed}
        .value=${drafts.get(key) ?? row.marks ?? ''}
        aria-invalid=${against !== ''}
        aria-describedby="said-${id}"
        @input=${typed}
      />
      <button
        class=${changed ? 'main' : ''}
        aria-label=${e.saveFor(subjectName(subject))}
        aria-disabled=${said === 'sending' || closed}
        ?disabled=${closed}
      >
        ${said === 'sending' ? t.sending : e.save}
      </button>
      ${this.#said(id, { against, changed, marks: row.marks })}
    </form>`
  }

  /** What stands beside a row: why it was not kept, that it is not yet, or what is. */
  #said(id: string, { against, changed, marks }: { against: string; changed: boolean; marks: string | null }) {
    const { e } = this
    const tone = against ? 'error' : changed ? 'unsaved' : 'soft'
    const words = changed ? e.notSaved : marks === null ? e.notGiven : e.given(marks)
    return html`<p
      id="said-${id}"
      class="said ${tone}"
      role=${against ? 'alert' : 'status'}
      part=${against ? 'refusal' : nothing}
    >
      ${against || words}
    </p>`
  }

  static override styles = [
    baseStyles,
    controlStyles,
    caseStyles,
    css`
      .quiet {
        margin-block-end: 2em;
      }
      .closing {
        gap: 0 0.75em;
      }
      li + li {
        border-block-start: 1px solid var(--_line);
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 6.5em auto minmax(0, 1fr);
        align-items: center;
        gap: 0.25em 0.75em;
        padding-block: 0.5em;
      }
      form label {
        margin: 0;
      }
      form input {
        font-variant-numeric: tabular-nums;
        text-align: end;
      }
      .unsaved {
        color: var(--_soon);
        font-weight: 600;
        font-size: 0.9375em;
      }
      @media (max-width: 34em) {
        form {
          grid-template-columns: minmax(0, 1fr) auto;
        }
        form label,
        .said {
          grid-column: 1 / -1;
        }
      }
    `
  ]
}

const leftOn = (sheet: Sheet) => sheet.subjects.filter(({ marks }) => marks === null).length
