import { css, html, nothing, type PropertyDeclarations } from 'lit'
import type { Answer, Client } from './client.ts'
import { areasDocument, type Area, type Page } from './documents.ts'
import { send } from './events.ts'
import { chipStyles } from './chip-styles.ts'
import { baseStyles, controlStyles } from './styles.ts'
import { Widget } from './widget.ts'

/** How many areas one level of the tree may list. */
const mostAreas = 2000

type Step = { areas: readonly Area[]; chosen: string }

/**
 * Chooses an area of one level: first those the viewer is registered in or serves, else down the tree level by level.
 *
 * @attr level - id of the level wanted
 * @attr level-label - its name
 * @attr elder - large type and 60 px targets
 * @prop chosen - id of the chosen area, or null
 * @prop error - what is wrong with the choice
 * @fires gw-area-chosen - the id, or null while none of the level is chosen; first once the areas are there
 * @csspart option - one of the viewer's own areas
 */
export class GwAreaPicker extends Widget {
  static override properties: PropertyDeclarations = {
    level: {},
    levelLabel: { attribute: 'level-label' },
    chosen: { attribute: false },
    error: { attribute: false },
    steps: { state: true },
    byTree: { state: true }
  }
  declare level: string
  declare levelLabel: string
  declare chosen: string | null
  declare error: string
  declare protected steps: readonly Step[]
  declare protected byTree: boolean

  constructor() {
    super()
    this.level = ''
    this.levelLabel = ''
    this.chosen = null
    this.error = ''
    this.steps = []
    this.byTree = false
  }

  protected override get needsViewer(): boolean {
    return false
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    if (this.steps.length > 0) return { value: () => undefined }
    const steps = await this.#stepsBelow(client, null)
    return 'value' in steps ? { value: () => this.#take(steps.value) } : steps
  }

  /** The areas under `parent`, and those below as long as there is only one way to go. */
  async #stepsBelow(client: Client, parent: string | null): Promise<Answer<Step[]>> {
    const areas: Area[] = []
    for (let after: string | null = null; areas.length < mostAreas;) {
      const answer: Answer<{ areas: Page<Area> }> = await client.ask(areasDocument, { parent, after })
      if (!('value' in answer)) return answer
      const { edges, pageInfo }: Page<Area> = answer.value.areas
      areas.push(...edges.map(edge => edge.node))
      after = pageInfo.endCursor
      if (!pageInfo.hasNextPage || after === null) break
    }
    const [only, ...others] = areas
    if (!only) return { value: [] }
    if (others.length > 0) return { value: [{ areas, chosen: '' }] }
    if (only.level.id === this.level) return { value: [{ areas, chosen: only.id }] }
    const below = await this.#stepsBelow(client, only.id)
    return 'value' in below ? { value: [{ areas, chosen: only.id }, ...below.value] } : below
  }

  /** The viewer's own areas of the wanted level. */
  get #own(): readonly Area[] {
    const all = [...(this.viewer?.registrations ?? []), ...(this.viewer?.appointments ?? [])].map(each => each.area)
    return all.filter((area, at) => area.level.id === this.level && all.findIndex(other => other.id === area.id) === at)
  }

  #take(steps: readonly Step[]): void {
    this.steps = steps
    const own = this.#own
    this.chosen ??= own[0]?.id ?? lastOf(steps, this.level)
    this.byTree = !own.some(area => area.id === this.chosen)
    send(this, 'gw-area-chosen', { id: this.chosen })
  }

  async #descend(depth: number, id: string): Promise<void> {
    const { client } = this
    const step = this.steps[depth]
    if (!client || !step) return
    const area = step.areas.find(each => each.id === id)
    this.steps = [...this.steps.slice(0, depth), { ...step, chosen: id }]
    this.#chooseLast()
    if (!area || area.level.id === this.level) return
    const below = await this.#stepsBelow(client, area.id)
    if (!('value' in below)) return this.fail(below, client)
    if (this.steps[depth]?.chosen !== id) return
    this.steps = [...this.steps, ...below.value]
    this.#chooseLast()
  }

  #chooseLast(): void {
    this.#choose(lastOf(this.steps, this.level))
  }

  #choose(id: string | null): void {
    if (id === this.chosen) return
    this.chosen = id
    send(this, 'gw-area-chosen', { id })
  }

  #goByTree(): void {
    this.byTree = true
    this.#chooseLast()
  }

  protected override body() {
    const { t, byTree, chosen, error } = this
    const own = this.#own
    return html`<fieldset class="stack" aria-describedby=${error ? 'error' : nothing}>
      <legend>${t.where}</legend>
      ${
        own.length > 0
          ? html`<div class="options">
              ${own.map(
                area =>
                  html`<label class="option" part="option"
                    ><input
                      type="radio"
                      name="own"
                      .checked=${!byTree && chosen === area.id}
                      @change=${() => {
                        this.byTree = false
                        this.#choose(area.id)
                      }}
                    />${(area.path ?? [area])
                      .map(each => each.name)
                      .slice(-2)
                      .join(' ')}</label
                  >`
              )}
              <label class="option"
                ><input
                  type="radio"
                  name="own"
                  .checked=${byTree}
                  @change=${() => this.#goByTree()}
                />${t.otherArea}</label
              >
            </div>`
          : nothing
      }
      ${
        byTree || own.length === 0
          ? html`<div class="steps">${this.steps.map((step, depth) => this.#step(step, depth))}</div>`
          : nothing
      }
      ${error ? html`<p class="error" id="error">${error}</p>` : nothing}
    </fieldset>`
  }

  #step(step: Step, depth: number) {
    const labels = [...new Set(step.areas.map(area => area.level.label))].join(' / ')
    return html`<label
      ><span class="soft">${labels}</span>
      <select
        aria-invalid=${this.error && step.chosen === '' ? 'true' : 'false'}
        @change=${(event: Event) => this.#descend(depth, (event.currentTarget as HTMLSelectElement).value) /* the list itself */}
      >
        <option value="" .selected=${step.chosen === ''}>${this.t.chooseArea}</option>
        ${step.areas.map(area => html`<option value=${area.id} .selected=${area.id === step.chosen}>${area.name}</option>`)}
      </select></label
    >`
  }

  static override styles = [
    baseStyles,
    chipStyles,
    controlStyles,
    css`
      .steps select {
        font-weight: 400;
      }
      .steps {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(12em, 100%), 1fr));
        gap: 0.5em;
      }
    `
  ]
}

/** The area chosen at the end of the way down, if it is of the wanted level. */
function lastOf(steps: readonly Step[], level: string): string | null {
  const last = steps.at(-1)
  const area = last?.areas.find(each => each.id === last.chosen)
  return area?.level.id === level ? area.id : null
}
