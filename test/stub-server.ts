// A stand-in for a party: a server on 127.0.0.1 whose answers come from one function.
import { createRoutes, serve } from '../local/simulators/kit/simulator.ts';

/** A request. Header names in lower case, `path` without query. */
export type StubRequest = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  body: string;
};

/** An answer: an object is sent as JSON, a string as it is. */
export type StubAnswer = { status: number; headers?: Record<string, string>; body?: string | object };

/** Serves `answer`. `port` 0 takes a free port. */
export function serveStub(
  name: string,
  port: number,
  answer: (request: StubRequest) => Promise<StubAnswer> | StubAnswer,
): ReturnType<typeof serve> {
  const routes = createRoutes();
  routes.all('*', async ({ req }) => {
    const { pathname: path, searchParams: query } = new URL(req.url);
    const {
      status,
      headers = {},
      body,
    } = await answer({
      method: req.method,
      path,
      query,
      headers: req.header(),
      body: await req.text(),
    });
    if (typeof body === 'object') return Response.json(body, { status, headers });
    const type: Record<string, string> = body ? { 'content-type': 'text/plain; charset=utf-8' } : {};
    return new Response(body || null, { status, headers: { ...type, ...headers } });
  });
  return serve(name, port, routes);
}
