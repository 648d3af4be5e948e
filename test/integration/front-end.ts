// A bank's front end as a program. It calls with the customer's token and follows the browser's way through Altinn.
import type { World } from '../../local/test-world.ts';

export type Reply = { status: number; headers: Headers; body: Record<string, unknown> };

/** A front end of the bank, for one world. */
export class FrontEnd {
  readonly world: Pick<World, 'apiUrl' | 'bankUrl' | 'altinn'>;

  constructor(world: Pick<World, 'apiUrl' | 'bankUrl' | 'altinn'>) {
    this.world = world;
  }

  /** Calls the API; a body is sent as JSON. */
  async call(
    method: string,
    path: string,
    token?: string,
    options: { body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Reply> {
    const reply = await fetch(`${this.world.apiUrl}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await reply.text();
    return {
      status: reply.status,
      headers: reply.headers,
      body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    };
  }

  /** `POST /consents` with the bank's page as return page. */
  startConsent(token: string, returnUrl = `${this.world.bankUrl}/`): Promise<Reply> {
    return this.call('POST', '/consents', token, { body: { returnUrl } });
  }

  /** The consent id that a `consentUrl` leads to. */
  consentIdOf(reply: Reply): string {
    return new URL(String(reply.body.consentUrl)).searchParams.get('id') ?? '';
  }

  /** The browser on its way back from Altinn: follows our callback one step. Returns the address of the bank's page. */
  async comeBack(consentId: string): Promise<string> {
    return this.open(this.world.altinn.control.redirectFor(consentId));
  }

  /** Opens an address of the callback. Returns the `Location`, or the status if there is none. */
  async open(url: string): Promise<string> {
    const reply = await fetch(url, { redirect: 'manual' });
    await reply.arrayBuffer();
    return reply.headers.get('location') ?? `status ${reply.status}`;
  }

  /** Requests a consent, approves it in Altinn and returns. Returns the consent id. */
  async giveConsent(token: string): Promise<string> {
    const asked = await this.startConsent(token);
    if (asked.status !== 201) throw new Error(`POST /consents gave ${asked.status} ${String(asked.body.code)}`);
    const id = this.consentIdOf(asked);
    this.world.altinn.control.approve(id);
    await this.comeBack(id);
    return id;
  }
}
