import { css, html, nothing, type TemplateResult } from 'lit'
import type { Card, Counted, FullCard, Line, Published } from './evaluation-documents.ts'
import { send } from './events.ts'
import { isClosed, previewAtOnce, ScoreReader, type Shown } from './score-reader.ts'
import { grade, lineList, scoreStyles } from './score-view.ts'
import { baseStyles, controlStyles } from './styles.ts'
import { instantWords } from './time-words.ts'
import { subjectName, windowWords } from './window-words.ts'

/**
 * Published score cards that the viewer may read: their own first and large, with what each indicator gave and what was counted;
 * then the others. For whoever publishes, what the scores would be by now, and one button once the window takes no more marks.
 *
 * @attr evaluation - id of the evaluation; the first one if left out
 * @attr window - name of the period, such as 2026-10; the last one that takes no more marks if left out
 * @attr endpoint - before `/<locality>/graphql` @attr locality - id @attr lang - language @attr elder - large type, 60 px targets
 * @fires gw-case-chosen - a case that was counted was chosen
 * @fires gw-sign-in-wanted - nobody is signed in
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart mine - the viewer's own card @csspart score - another card @csspart publishing - what publishers have @csspart line - an indicator
 */
export class GwScoreCard extends ScoreReader {
  protected override body() {
    const { e, shown, scores } = this
    const { mine, cards, mayPublish } = scores
    return html`<section class="stack" aria-labelledby="title">
      <h2 id="title" tabindex="-1">${e.scores}</h2>
      ${shown ? html`${this.#chooser(shown)}${this.#state(shown)}` : html`<p class="card soft">${e.noEvaluations}</p>`}
      ${this.news()}
      ${mine ? html`<article class="card stack large" part="mine">${this.#mine(mine)}</article>` : nothing}
      ${shown && mayPublish ? this.#publishing(shown) : nothing}
      ${shown && !mine && cards.length === 0 && !mayPublish ? html`<p class="card soft">${e.noScores}</p>` : nothing}
      ${cards.length > 0 ? this.#others(cards) : nothing}
    </section>`
  }

  #chooser({ evaluation, window }: Shown) {
    const { e, evaluations } = this
    const choose = (set: (value: string) => void) => (event: Event & { currentTarget: HTMLSelectElement }) =>
      set(event.currentTarget.value)
    const evaluationChosen = choose(value => {
      this.window = ''
      this.evaluation = value
    })
    return html`<div class="choosers">
      ${
        evaluations.length > 1
          ? html`<label
              >${e.evaluation}<select @change=${evaluationChosen}>
                ${evaluations.map(({ id, title }) => html`<option value=${id} ?selected=${id === evaluation.id}>${title}</option>`)}
              </select></label
            >`
          : nothing
      }
      <label
        >${e.window}<select @change=${choose(value => (this.window = value))}>
          ${evaluation.windows.map(({ name }) => html`<option value=${name} ?selected=${name === window.name}>${windowWords(name, this.language)}</option>`)}
        </select></label
      >
    </div>`
  }

  #state({ evaluation, window }: Shown) {
    const { e, language, now, evaluations } = this
    const words = (instant: string) => instantWords(instant, language, now)
    const open = Date.parse(window.to) > now ? e.running(words(window.to)) : e.rating(words(window.closesAt))
    return html`<div>
      ${evaluations.length > 1 ? nothing : html`<p><strong>${evaluation.title}</strong></p>`}
      ${evaluation.summary ? html`<p class="soft">${evaluation.summary}</p>` : nothing}
      ${isClosed(window.closesAt, now) ? nothing : html`<p class="soft">${open}</p>`}
    </div>`
  }

  get #mostStars(): number {
    return Math.max(0, ...(this.shown?.evaluation.bands ?? []).map(({ stars }) => stars ?? 0))
  }

  #mine({ card, publishedBy, at }: Published) {
    const { e } = this
    return html`<div class="row apart">
        <h3>${e.mine}</h3>
        <span class="soft">${subjectName(card.subject)}</span>
      </div>
      ${grade(card, this.#mostStars, e)} ${this.#lines(card)} ${this.#signature(publishedBy.name ?? '', at)}`
  }

  #signature(who: string, at: string) {
    return html`<p class="number">${this.e.publishedBy(who, instantWords(at, this.language, this.now))}</p>`
  }

  #lines(card: FullCard) {
    return lineList(card, this.e, line => this.#counted(card.subject.key, line))
  }

  #counted(subject: string, line: Line): TemplateResult | typeof nothing {
    const { e, t } = this
    const { id, label } = line.indicator
    if (line.counted === 0) return nothing
    const what = `line ${subject} ${id}`
    const open = this.unfolded.has(what)
    return html`<button
        class="quiet"
        aria-expanded=${open ? 'true' : 'false'}
        aria-label="${label}${t.colon}${open ? t.close : e.items}"
        @click=${() => this.openLine(subject, id)}
      >
        ${open ? t.close : e.items}
      </button>
      ${open ? html`<div class="counted">${this.#events(line, this.counted.get(`${subject} ${id}`))}</div>` : nothing}`
  }

  #events({ counted }: Line, events: readonly Counted[] | undefined) {
    const { e, t } = this
    if (!events) return html`<p class="soft" role="status">${t.loading}</p>`
    const rest = counted - events.length
    return html`<ul>
        ${events.map(
          ({ label, at, case: { id, number } }) =>
            html`<li class="row">
              <button class="quiet" @click=${() => send(this, 'gw-case-chosen', { id })}>${number}</button>
              <span>${label}</span><span class="number">${instantWords(at, this.language, this.now)}</span>
            </li>`
        )}
      </ul>
      ${rest > 0 ? html`<p class="soft">${events.length === 0 ? e.countedOnly : e.countedMore(rest)}</p>` : nothing}`
  }

  #others(cards: readonly Card[]) {
    return html`<h3>${this.e.others}</h3>
      <ul class="stack">
        ${cards.map(card => html`<li class="card stack" part="score">${this.#other(card)}</li>`)}
      </ul>
      ${this.scores.after === null ? nothing : html`<button @click=${() => this.more()}>${this.t.more}</button>`}`
  }

  #other(card: Card) {
    const { key } = card.subject
    const full = this.full.get(key)
    const inside = full
      ? html`${this.#lines(full.card)}${this.#signature(full.publishedBy.name ?? '', full.at)}`
      : html`<p class="soft" role="status">${this.t.loading}</p>`
    return this.#folding(card, inside, () => this.openCard(key))
  }

  /** A card in one row, and what unfolds below it. */
  #folding(card: Card, inside: TemplateResult, press: () => void, chip: TemplateResult | typeof nothing = nothing) {
    const { e, t } = this
    const name = subjectName(card.subject)
    const open = this.unfolded.has(`card ${card.subject.key}`)
    return html`<div class="fold">
        <span class="row"><span class="what">${name}</span>${chip}</span>
        ${grade(card, this.#mostStars, e)}
        <button
          class="quiet"
          aria-expanded=${open ? 'true' : 'false'}
          aria-label="${name}${t.colon}${open ? t.close : e.details}"
          @click=${press}
        >
          ${open ? t.close : e.details}
        </button>
      </div>
      ${open ? inside : nothing}`
  }

  #publishing({ window }: Shown) {
    const { e, scores, now, language, preview } = this
    const ready = isClosed(window.closesAt, now)
    const intent = 'publish'
    const question = e.surePublish(scores.toPublish, windowWords(window.name, this.language))
    const button = html`<button class="main" data-intent=${intent} @click=${() => this.open(intent)}>
      ${e.publish(scores.toPublish)}
    </button>`
    return html`<section class="card stack" part="publishing" aria-labelledby="publishing">
      <h3 id="publishing">${e.publishing}</h3>
      ${ready ? nothing : html`<p>${e.publishFrom(instantWords(window.closesAt, language, now))}</p>`}
      ${
        scores.toPublish === 0
          ? html`<p class="note good">${e.allPublished}</p>`
          : html`<div class="row">
                ${ready && this.opened !== intent ? button : nothing}
                <button
                  aria-expanded=${preview ? 'true' : 'false'}
                  @click=${() => (preview ? (this.preview = undefined) : this.tryOut())}
                >
                  ${preview ? e.previewOff : e.preview}
                </button>
              </div>
              ${this.opened === intent ? this.question(question, e.publishing, () => this.publish()) : nothing}`
      }
      ${preview ? this.#previewed(preview) : nothing}
    </section>`
  }

  #previewed(cards: readonly FullCard[]) {
    const { e, previewed, t } = this
    const chip = html`<span class="chip soon">${e.provisional}</span>`
    return html`<p class="note soon" role="status">${e.previewNote}</p>
      <ul class="stack">
        ${cards.slice(0, previewed).map(card => {
          const press = () => void this.fold(`card ${card.subject.key}`)
          const inside = lineList(card, e, () => nothing)
          return html`<li class="trial stack">${this.#folding(card, inside, press, chip)}</li>`
        })}
      </ul>
      ${
        cards.length > previewed
          ? html`<button @click=${() => (this.previewed += previewAtOnce)}>${t.more}</button>`
          : nothing
      }`
  }

  static override styles = [
    baseStyles,
    controlStyles,
    scoreStyles,
    css`
      .none:empty {
        display: none;
      }
      .choosers {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(14em, 100%), 1fr));
        gap: 0.75em;
      }
      .quiet {
        border-color: transparent;
        background: none;
        color: var(--_accent);
        padding-inline: 0.25em;
      }
      .counted {
        flex-basis: 100%;
        padding-inline-start: 0.75em;
        border-inline-start: 3px solid var(--_line);
      }
      select {
        font-weight: 400;
      }
      .fold {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
      }
      .fold > span {
        flex: 1;
      }
      .fold > .grade {
        flex: 0 0 100%;
        order: 1;
      }
      @media (min-width: 40em) {
        .fold > .grade {
          flex: 1;
          order: 0;
        }
      }
      li.card {
        padding-block: 0.375em;
      }
      .trial {
        padding-block-start: 0.375em;
        border-block-start: 1px dashed var(--_edge);
      }
    `
  ]
}
