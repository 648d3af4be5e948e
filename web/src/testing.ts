// For a bank's own tests: handlers for Mock Service Worker (https://mswjs.io), for every state of the card. No server is needed, and
// this package needs no MSW: it takes the `http` that the test has.
import { type CardState, type CardStateName, cardStates, type Route, type StateAnswer } from './testing/states.ts';

export type { CardState, CardStateName, Route, StateAnswer } from './testing/states.ts';
export { cardStates } from './testing/states.ts';

type Method = 'get' | 'post' | 'delete';

/** The part of MSW's `http` that is used; `Handler` is MSW's own type. */
export type HttpOf<Handler> = Record<Method, (path: string, resolver: () => Promise<Response>) => Handler>;

/**
 * The handlers of a state, by its name or as changed by the test: `server.use(...studielanHandlers(http, 'saldo', { apiUrl }))`.
 * `apiUrl` is what the card or the client has. The bodies are the examples of the OpenAPI document.
 */
export function studielanHandlers<Handler>(
  http: HttpOf<Handler>,
  state: CardStateName | CardState,
  { apiUrl }: { apiUrl: string },
): Handler[] {
  const { answers }: CardState = typeof state === 'string' ? cardStates()[state] : state;
  return (Object.entries(answers) as [Route, StateAnswer][]).map(([route, answer]) => {
    const [method = '', path = ''] = route.split(' ');
    return http[method.toLowerCase() as Method](apiUrl.replace(/\/+$/, '') + path, () => responseOf(answer));
  });
}

/** `never`: no answer. Status 0: the network fails. */
async function responseOf({ status, headers = {}, body, never }: StateAnswer): Promise<Response> {
  if (never) return new Promise(() => undefined);
  if (status === 0) return Response.error();
  if (body === undefined) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}
