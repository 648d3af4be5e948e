// <studielan-saldo>: the customer's student-loan balance as a card on the bank's page. docs/front-end.md is its manual.
import type { GetToken } from './client.ts';
import { actionsOf, CurrentLook, flowOf } from './element-flow.ts';
import { endSession } from './end-session.ts';
import { send } from './events.ts';
import { cameBack, watchPageAndTabs } from './page-watch.ts';
import type { Problem } from './problem.ts';
import { createScreen, type Screen } from './screen.ts';
import { clientOf, dropTokenAttribute, lookAttributes, takeEarlyToken, usesCookies, writeAttributes } from './setup.ts';
import { sharedStyle } from './style.ts';
import { type TabWord, tellAll, tellOfCustomer } from './tabs.ts';
import type { ViewKind } from './view.ts';

export * from './client.ts';
export type { StudielanEvent, StudielanEvents } from './events.ts';
export type { ViewKind } from './view.ts';

/** A page must set `getToken` within this time, in milliseconds, or the card says that the customer is not logged in. */
const tokenWaitMs = 10_000;

// A server has no elements: the file can be imported there, and does nothing.
const Base: typeof HTMLElement = globalThis.HTMLElement ?? class {};
/**
 * Attributes: `api-url` (with `/api`), `credentials`, `customer-key`, `lang` (else the page's), `return-url` (else this page
 * without query), `login-url`, `help-url`, `wait-seconds`, `heading-level`. Property: `getToken`; the token itself is in no
 * attribute and is not kept. The saldo is in this element's shadow tree and in memory, nowhere else. It is removed when its own life
 * is over, when the element or the page is left, and in all tabs of the origin with `erase()`.
 */
export class StudielanSaldo extends Base {
  static readonly observedAttributes = [...lookAttributes, ...writeAttributes];

  #getToken: GetToken | undefined;
  #screen: Screen;
  #look = new CurrentLook();
  /** The customer may come from Altinn: the next look-up makes the service read Altinn. */
  #isFresh = false;
  #erased = false;
  #leave: (() => void) | undefined;
  #hear = (word: TabWord) => this.#heard(word);

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sharedStyle()];
    const pressed = (words: string) => this.#screen.pressed(words);
    this.#screen = createScreen(
      this,
      root,
      actionsOf(this, () => this.#look.flow, pressed),
    );
  }

  /**
   * Gives the customer's token; the card calls it before each call. The first function that is set starts the look-up. Another one
   * replaces it and starts nothing, because a page may make a new one each time it renders. For another customer change
   * `customer-key`, or call `reload()`.
   */
  get getToken(): GetToken | undefined {
    return this.#getToken;
  }
  set getToken(value: GetToken | undefined) {
    const isFirst = this.#getToken === undefined && value !== undefined;
    this.#getToken = value;
    if (isFirst && !this.#erased && !usesCookies(this)) this.#start();
  }

  /** What the card shows. */
  get state(): ViewKind {
    return this.#screen.view().kind;
  }

  /** Starts a new look-up, also after `erase()` if there is a customer again. */
  reload(): void {
    this.#erased = false;
    this.#start();
  }

  /**
   * Call it at logout, before the token is thrown away. It removes the saldo from the page at once, in all tabs of this origin, and
   * asks the service to erase what it holds (`DELETE /session`). Returns true when the service has confirmed it, false when it did not
   * within 5 seconds; never throws. The card stays empty until `reload()`, or until `customer-key` changes.
   */
  async erase(): Promise<boolean> {
    const client = this.#getToken || usesCookies(this) ? clientOf(this, this.#getToken) : '';
    this.#end('erased');
    tellAll('erase', this.#hear);
    if (typeof client === 'string') return false;
    return await endSession(client);
  }

  connectedCallback(): void {
    this.#getToken = takeEarlyToken(this) ?? this.#getToken;
    this.#isFresh = this.#screen.takeReturnWord() || cameBack();
    this.#watch();
    this.#start();
  }

  disconnectedCallback(): void {
    this.#leave?.();
    this.#leave = undefined;
    this.#blank();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === 'customer-key') this.#erased = false;
    // Attributes of the markup are reported before the element is in the document.
    if (!this.#leave) return;
    if (writeAttributes.includes(name)) this.#screen.write();
    else this.#start();
  }

  #watch(): void {
    this.#leave = watchPageAndTabs(this.#hear, {
      // A page that the browser keeps for the back button must not hold a saldo.
      onLeave: () => this.#blank(),
      onBack: () => {
        this.#isFresh = true;
        this.#start();
        if (this.#erased) send(this, 'studielan-session-ended', { code: 'session-ended' });
      },
      onSight: () => this.#look.flow?.sightChanged(),
      onLanguage: () => this.#screen.write(),
    });
  }

  /** Begins a look-up, or waits for what is missing. */
  #start(): void {
    this.#look.stop();
    if (!this.isConnected) return;
    // The element was erased and is shown again (moved, or by the back button): the session is over.
    if (this.#erased) {
      this.#screen.show({ kind: 'session-ended' }, false);
      return;
    }
    dropTokenAttribute(this);
    this.#screen.show({ kind: 'loading', slow: false }, false);
    // A framework sets attributes and properties one after the other: together they start one look-up.
    this.#look.soon(() => this.#begin());
  }

  #begin(): void {
    if (!this.#getToken && !usesCookies(this)) {
      this.#look.after(tokenWaitMs, () => {
        console.error('<studielan-saldo>: the property getToken is not set.');
        this.#sessionEnded({ code: 'token-missing', status: 0 });
      });
      return;
    }
    // Each call uses the function that is set at that time.
    const client = clientOf(this, (how) => this.#getToken?.(how));
    if (typeof client === 'string') {
      console.error(`<studielan-saldo>: ${client.replace('apiUrl', 'api-url')}`);
      this.#screen.show({ kind: 'fault' }, false);
      return;
    }
    tellOfCustomer(this.getAttribute('customer-key') ?? '');
    this.#look.flow = flowOf(this, client, this.#screen, {
      ended: () => tellAll('look', this.#hear),
      sessionEnded: (problem) => this.#sessionEnded(problem),
    });
    this.#look.flow.load({ fresh: this.#isFresh });
    this.#isFresh = false;
  }

  /** The customer has left: removes the token and everything that is shown. */
  #end(kind: 'erased' | 'session-ended'): void {
    this.#getToken = undefined;
    this.#erased = true;
    this.#look.stop();
    this.#screen.show({ kind }, false);
  }

  #heard(word: TabWord): void {
    if (word === 'look') this.#look.flow?.doubt();
    if (word === 'look' || this.#erased) return;
    this.#end('session-ended');
    send(this, 'studielan-session-ended', { code: 'session-ended' });
  }

  /** Ends the look-up and removes everything of the customer's from the element, without an announcement. */
  #blank(): void {
    this.#look.stop();
    this.#screen.blank(this.#erased ? { kind: 'session-ended' } : { kind: 'loading', slow: false });
  }

  #sessionEnded({ code }: Problem): void {
    this.#screen.show({ kind: 'session-ended' }, false);
    send(this, 'studielan-session-ended', { code });
  }
}

if (globalThis.customElements && !customElements.get('studielan-saldo'))
  customElements.define('studielan-saldo', StudielanSaldo);

declare global {
  interface HTMLElementTagNameMap {
    'studielan-saldo': StudielanSaldo;
  }
}
