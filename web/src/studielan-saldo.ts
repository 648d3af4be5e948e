// <studielan-saldo>: the customer's student-loan balance as a card on the bank's page. docs/front-end.md is its manual.
import cardCss from './card.css';
import type { GetToken } from './client.ts';
import { type StudielanEvents, send } from './events.ts';
import { createFlow, type Flow } from './flow.ts';
import { cameBack, watchPage } from './page-watch.ts';
import type { Problem } from './problem.ts';
import { createScreen, type Screen } from './screen.ts';
import { clientOf, lookAttributes, usesCookies, writeAttributes, writingOf } from './setup.ts';
import { joinTabs, type TabWord, tellAll, tellOfCustomer } from './tabs.ts';
import type { ViewKind } from './view.ts';

export * from './client.ts';
export type { StudielanEvent, StudielanEvents } from './events.ts';
export type { ViewKind } from './view.ts';

/** How long a page may take to set `getToken`, in milliseconds, before the card says that the customer is not logged in. */
const tokenPatienceMs = 10_000;
/** How long `erase` waits for the service, in milliseconds; the identity provider's own logout reaches it too. */
const erasePatienceMs = 5000;

// A server has no elements: the file can be imported there, and does nothing.
const Base: typeof HTMLElement = globalThis.HTMLElement ?? class {};
let style: CSSStyleSheet | undefined;
function sharedStyle(): CSSStyleSheet {
  if (!style) {
    style = new CSSStyleSheet();
    style.replaceSync(cardCss);
  }
  return style;
}

/**
 * Attributes: `api-url` (with `/api`), `credentials`, `customer-key`, `lang` (else the page's), `return-url` (else this page
 * without query), `login-url`, `help-url`, `wait-seconds`, `heading-level`. Property: `getToken`; the token itself is in no
 * attribute and is not kept. The saldo lives in this element's shadow tree and in memory, nowhere else. It goes when its own life
 * is over, when the element or the page is left, and in all tabs of the origin with `erase()`.
 */
export class StudielanSaldo extends Base {
  static readonly observedAttributes = [...lookAttributes, ...writeAttributes];

  #getToken: GetToken | undefined;
  #screen: Screen;
  #flow: Flow | undefined;
  /** The customer may come from Altinn: the next look-up is a fresh one. */
  #isFresh = false;
  #erased = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The look-up that is about to begin. */
  #turn: object | undefined;
  #leave: (() => void)[] = [];
  #hear = (word: TabWord) => this.#heard(word);

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sharedStyle()];
    const actions = {
      add: () => this.#ask((flow) => flow.add(), writingOf(this).texts.opening),
      retry: () => this.#ask((flow) => flow.retry()),
      stop: () => this.#ask((flow) => flow.stop()),
      goOn: (consentUrl: string, event: Event) => {
        this.#flow?.left();
        if (!send(this, 'studielan-consent', { consentUrl })) event.preventDefault();
      },
      withdraw: (withdrawUrl: string, event: Event) => {
        this.#flow?.left();
        if (!send(this, 'studielan-withdraw', { withdrawUrl })) event.preventDefault();
      },
    };
    this.#screen = createScreen(this, root, actions);
  }

  /**
   * How the card gets the customer's token: asked before each call. The first one that is set starts the look-up. Another one
   * takes its place and starts nothing, so that a page may make a new one each time it is drawn; for another customer change
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

  /** Looks again from the start, also after `erase()` if there is a customer again. */
  reload(): void {
    this.#erased = false;
    this.#start();
  }

  /**
   * To be called at logout, before the token is thrown away: takes the saldo off the page at once, in all tabs of this origin, and
   * has the service erase what it holds (`DELETE /session`). Gives true when the service has said so, false when it could not be
   * reached within 5 seconds; it never throws. The card stays empty until `reload()`, or until `customer-key` changes.
   */
  async erase(): Promise<boolean> {
    const client = this.#getToken || usesCookies(this) ? clientOf(this, this.#getToken) : '';
    this.#end('erased');
    tellAll('erase', this.#hear);
    if (typeof client === 'string') return false;
    const patience = new Promise<false>((resolve) => setTimeout(() => resolve(false), erasePatienceMs));
    const answered = client.endSession().then(
      // A session that the service has ended already holds nothing any more.
      (answer) => answer.ok || answer.problem.code === 'session-ended',
      () => false,
    );
    return await Promise.race([answered, patience]);
  }

  connectedCallback(): void {
    // A bank that sets the property before this file has loaded has set it on a plain element.
    if (Object.hasOwn(this, 'getToken')) {
      const early = this.getToken;
      // @ts-expect-error: the own property hides the accessor of the class.
      delete this.getToken;
      this.#getToken = early;
    }
    this.#isFresh = this.#screen.takeReturnWord() || cameBack();
    this.#watch();
    this.#start();
  }

  disconnectedCallback(): void {
    for (const leave of this.#leave.splice(0)) leave();
    this.#stop();
    this.#blank();
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after) return;
    if (name === 'customer-key') this.#erased = false;
    // The attributes that are there from the start come before the element is in its place.
    if (this.#leave.length === 0) return;
    if (writeAttributes.includes(name)) this.#screen.write();
    else this.#start();
  }

  #watch(): void {
    this.#leave = [
      joinTabs(this.#hear),
      watchPage({
        // A page that the browser keeps for the back button must not hold a saldo, nor an open channel.
        onLeave: () => {
          this.#stop();
          this.#blank();
          this.#leave[0]?.();
        },
        onBack: () => {
          this.#leave[0] = joinTabs(this.#hear);
          this.#isFresh = true;
          this.#start();
          if (this.#erased) send(this, 'studielan-session-ended', { code: 'session-ended' });
        },
        onSight: () => this.#flow?.sightChanged(),
        onLanguage: () => this.#screen.write(),
      }),
    ];
  }

  /** Begins a look-up, or waits for what is missing. */
  #start(): void {
    this.#stop();
    if (!this.isConnected) return;
    // Erased, and back in the document or by the back button: the session is over.
    if (this.#erased) {
      this.#screen.show({ kind: 'session-ended' }, false);
      return;
    }
    if (this.hasAttribute('token')) {
      this.removeAttribute('token');
      console.error('<studielan-saldo>: the token must not be in an attribute; set the property getToken.');
    }
    this.#screen.show({ kind: 'loading', slow: false }, false);
    // A framework sets attributes and properties one after the other, at once: they make one look-up.
    const turn = {};
    this.#turn = turn;
    queueMicrotask(() => {
      if (this.#turn === turn) this.#begin();
    });
  }

  #begin(): void {
    if (!this.#getToken && !usesCookies(this)) {
      this.#timer = setTimeout(() => {
        console.error('<studielan-saldo>: the property getToken is not set.');
        this.#sessionEnded({ code: 'token-missing', status: 0 });
      }, tokenPatienceMs);
      return;
    }
    // Each call asks the function of the moment.
    const client = clientOf(this, (how) => this.#getToken?.(how));
    if (typeof client === 'string') {
      console.error(`<studielan-saldo>: ${client.replace('apiUrl', 'api-url')}`);
      this.#screen.show({ kind: 'fault' }, false);
      return;
    }
    tellOfCustomer(this.getAttribute('customer-key') ?? '');
    this.#flow = createFlow({
      client,
      show: this.#screen.show,
      hold: this.#screen.hold,
      countDown: this.#screen.countDown,
      consentKnown: this.#screen.consentKnown,
      openConsent: (consentUrl) => {
        if (send(this, 'studielan-consent', { consentUrl })) location.assign(consentUrl);
      },
      ended: () => tellAll('look', this.#hear),
      sessionEnded: (problem) => this.#sessionEnded(problem),
      failed: ({ code, status, requestId }) =>
        send(this, 'studielan-problem', { code, status, ...(requestId === undefined ? {} : { requestId }) }),
      returnUrl: () => this.getAttribute('return-url') ?? location.origin + location.pathname,
      inSight: () => document.visibilityState === 'visible',
      monotonicMs: () => performance.now(),
      now: () => new Date(),
    });
    this.#flow.load({ fresh: this.#isFresh });
    this.#isFresh = false;
  }

  #stop(): void {
    this.#turn = undefined;
    clearTimeout(this.#timer);
    this.#flow?.close();
    this.#flow = undefined;
  }

  /** The customer is gone: so is the token, and all that is shown. */
  #end(kind: 'erased' | 'session-ended'): void {
    this.#getToken = undefined;
    this.#erased = true;
    this.#stop();
    this.#screen.show({ kind }, false);
  }

  #heard(word: TabWord): void {
    if (word === 'look') this.#flow?.doubt();
    if (word === 'look' || this.#erased) return;
    this.#end('session-ended');
    send(this, 'studielan-session-ended', { code: 'session-ended' });
  }

  /** Takes everything of the customer's out of the element, and says nothing about it. */
  #blank(): void {
    this.#screen.blank(this.#erased ? { kind: 'session-ended' } : { kind: 'loading', slow: false });
  }

  /** What the customer has pressed: `words` say what is coming. */
  #ask(work: (flow: Flow) => void, words = ''): void {
    this.#screen.pressed(words);
    if (this.#flow) work(this.#flow);
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
  interface HTMLElementEventMap extends StudielanEventMap {}
}

type StudielanEventMap = { [Name in keyof StudielanEvents]: CustomEvent<StudielanEvents[Name]> };
