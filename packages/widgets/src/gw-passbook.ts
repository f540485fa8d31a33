import { css, html, nothing, type PropertyDeclarations } from 'lit'
import type { Answer, Client } from './client.ts'
import { accountsDocument, passbookDocument, type Account, type Transfer } from './points-documents.ts'
import { pointsStyles, PointsWidget, signed, transferWords } from './points-widget.ts'
import { instantWords } from './time-words.ts'

const pageSize = 20
/** What the server lists at most in one page, and how much is read at once for paper or after news. */
const largestPage = 100
const mostLines = 500

type Lines = { readonly lines: readonly Transfer[]; readonly after: string | null }
const noLines: Lines = { lines: [], after: null }

/**
 * The viewer's points: what may be spent, what is reserved or waits to be certified, and every entry, newest first, kept up to
 * date. It prints as a statement, without the page around it.
 *
 * @attr ledger - id of the ledger that is open; the first one if left out
 * @attr endpoint - before `/<locality>/graphql` @attr locality - id @attr lang - language @attr elder - large type, 60 px targets
 * @fires gw-sign-in-wanted - nobody is signed in
 * @cssprop --gw-accent --gw-card --gw-ink --gw-line --gw-radius --gw-target --gw-font-size - looks
 * @csspart account - the figures @csspart line - an entry
 */
export class GwPassbook extends PointsWidget {
  static override properties: PropertyDeclarations = {
    ledger: {},
    accounts: { state: true },
    entries: { state: true }
  }
  declare ledger: string
  declare protected accounts: readonly Account[]
  declare protected entries: Lines

  constructor() {
    super()
    this.ledger = ''
    this.accounts = []
    this.entries = noLines
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed)
    if (this.loaded && changed.get('ledger') !== undefined && this.ledger) void this.refresh()
  }

  protected override async load(client: Client): Promise<Answer<() => void>> {
    const asked = await client.ask(accountsDocument, {})
    if (!('value' in asked)) return asked
    const accounts = asked.value.viewer?.accounts ?? []
    const shown = accounts.find(({ ledger }) => ledger.id === this.ledger) ?? accounts[0]
    const read = shown ? await this.#read(client, shown.ledger.id) : { value: noLines }
    if (!('value' in read)) return read
    return {
      value: () => {
        this.accounts = accounts
        this.ledger = shown?.ledger.id ?? this.ledger
        this.entries = read.value
      }
    }
  }

  /** At least as many entries as are shown, also where more are asked for meanwhile. */
  async #read(client: Client, ledger: string): Promise<Answer<Lines>> {
    const { length } = this.entries.lines
    const read = await readLines(client, ledger, length)
    return this.entries.lines.length > length && client === this.client ? this.#read(client, ledger) : read
  }

  async #more(): Promise<void> {
    const { client, entries, ledger } = this
    if (!client) return
    const answer = await readMore(client, ledger, pageSize, entries)
    if (client !== this.client || ledger !== this.ledger) return
    if (!('value' in answer)) return this.fail(answer, client)
    if (this.entries !== entries) return this.#more() // they were read anew meanwhile
    this.entries = answer.value
  }

  async #print(): Promise<void> {
    const { client } = this
    if (!client) return
    const answer = await readLines(client, this.ledger, mostLines)
    if (!('value' in answer)) return this.fail(answer, client)
    this.entries = answer.value
    this.now = Date.now()
    await this.updateComplete
    const alone = this.getRootNode() === document ? [onPaper(this.localName)] : []
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, ...alone]
    globalThis.print()
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(sheet => !alone.includes(sheet))
  }

  protected override body() {
    const { p, accounts } = this
    const shown = accounts.find(({ ledger }) => ledger.id === this.ledger)
    return html`<section class="stack" aria-labelledby="title">
      <div class="row apart">
        <h2 id="title">${p.passbook}</h2>
        ${shown ? html`<button class="print" @click=${() => this.#print()}>${p.print}</button>` : nothing}
      </div>
      ${accounts.length > 1 ? this.#ledgers() : nothing}
      ${shown ? html`${this.#account(shown)}${this.#statement(shown)}` : html`<p class="card soft">${p.noLedgers}</p>`}
    </section>`
  }

  #ledgers() {
    const choose = (id: string) => {
      this.ledger = id
      this.entries = noLines
    }
    return html`<fieldset class="screen">
      <legend class="seen-by-readers-only">${this.p.ledger}</legend>
      <div class="options">
        ${this.accounts.map(
          ({ ledger: { id, label } }) =>
            html`<label class="option"
              ><input
                type="radio"
                name="ledger"
                .checked=${id === this.ledger}
                @change=${() => choose(id)}
              />${label}</label
            >`
        )}
      </div>
    </fieldset>`
  }

  #account({ ledger, balance, held, pending, spendable }: Account) {
    const { p } = this
    const figure = (name: string, value: string, main = false) =>
      html`<div class=${main ? 'figure main' : 'figure'}>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`
    return html`<div class="card stack" part="account">
      <p class="holder">${p.holder(this.viewer?.person.name ?? '')} · ${ledger.label}</p>
      <dl class="figures">
        ${ledger.spendable ? figure(p.spendable, spendable, true) : nothing}
        ${figure(p.balance, balance, !ledger.spendable)} ${held === '0' ? nothing : figure(p.held, held)}
        ${pending === '0' ? nothing : figure(p.pending, pending)}
      </dl>
      ${pending === '0' ? nothing : html`<p class="soft">${p.pendingHelp}</p>`}
    </div>`
  }

  #statement({ ledger }: Account) {
    const { p, t, entries, language } = this
    if (entries.lines.length === 0) return html`<p class="card soft">${p.noLines}</p>`
    return html`<table aria-label="${ledger.label} ${p.lines}">
        <thead>
          <tr>
            <th scope="col">${p.when}</th>
            <th scope="col">${p.what}</th>
            <th scope="col" class="amount">${p.amount}</th>
          </tr>
        </thead>
        <tbody>
          ${entries.lines.map(
            line =>
              html`<tr part="line" class=${line.state.toLowerCase()}>
                <td class="number">${instantWords(line.at, language, this.now)}</td>
                <td>${transferWords(line, p)}</td>
                <td class="amount">${signed(line.amount)}</td>
              </tr>`
          )}
        </tbody>
      </table>
      <p class="soft paper">${p.printedAt(new Date(this.now).toLocaleString(language))}</p>
      ${entries.after === null ? nothing : html`<button class="screen" @click=${() => this.#more()}>${t.more}</button>`}`
  }

  static override styles = [
    pointsStyles,
    css`
      .figures {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.5em 2em;
      }
      .figure dt {
        color: var(--_soft);
        font-size: 0.9375em;
      }
      .figure dd {
        font-size: 1.25em;
        font-variant-numeric: tabular-nums;
      }
      .figure.main dd {
        color: var(--_accent);
        font-size: 2.25em;
        font-weight: 700;
        line-height: 1.1;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        border: 1px solid var(--_line);
        background: var(--_card);
      }
      th {
        color: var(--_soft);
        font-size: 0.9375em;
        font-weight: 600;
        text-align: start;
      }
      th,
      td {
        padding: 0.5em 0.75em;
        border-block-end: 1px solid var(--_line);
        vertical-align: baseline;
      }
      td.number {
        width: 12em;
      }
      .voided .amount {
        color: var(--_soft);
        text-decoration: line-through;
      }
      .pending .amount {
        color: var(--_soon);
      }
      .paper {
        display: none;
      }
      @media (max-width: 30em) {
        thead {
          position: absolute;
          clip-path: inset(50%);
        }
        tbody tr {
          display: grid;
          grid-template-columns: minmax(0, 1fr) auto;
          border-block-end: 1px solid var(--_line);
          padding: 0.5em 0.75em;
        }
        td {
          border: 0;
          padding: 0;
        }
        td.number {
          grid-row: 2;
        }
      }
      @media print {
        .screen,
        .print,
        .banner {
          display: none;
        }
        .paper {
          display: block;
        }
        tr {
          break-inside: avoid;
        }
      }
    `
  ]
}

/** The passbook from its newest entry, with at least as many as `shown`. */
async function readLines(client: Client, ledger: string, shown: number): Promise<Answer<Lines>> {
  const wanted = Math.min(mostLines, Math.max(pageSize, shown))
  let entries = noLines
  do {
    const next = await readMore(client, ledger, Math.min(largestPage, wanted - entries.lines.length), entries)
    if (!('value' in next)) return next
    entries = next.value
  } while (entries.after !== null && entries.lines.length < wanted)
  return { value: entries }
}

async function readMore(client: Client, ledger: string, first: number, shown: Lines): Promise<Answer<Lines>> {
  const answer = await client.ask(passbookDocument, { ledger, first, after: shown.after })
  if (!('value' in answer)) return answer
  const { edges = [], pageInfo } = answer.value.viewer?.passbook ?? {}
  const known = new Set(shown.lines.map(({ id }) => id))
  const lines = [...shown.lines, ...edges.map(({ node }) => node).filter(({ id }) => !known.has(id))]
  return { value: { lines, after: pageInfo?.hasNextPage ? pageInfo.endCursor : null } }
}

/** On paper nothing but the elements of this name and what they stand in. */
function onPaper(name: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(`@media print { body :not(:has(${name}), ${name}, ${name} *) { display: none !important } }`)
  return sheet
}
