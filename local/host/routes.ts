import type { RegisteredFunction } from './core.ts';

const parameter = /^\{(\w+)\}$/;

/**
 * The table of routes, in the real host's order: by function name. `path` includes the prefix, e.g. `/api/problems/{code}`; methods are in
 * upper case. Throws `RangeError` for a route that it cannot read.
 */
export function buildRoutes(functions: Iterable<RegisteredFunction>, routePrefix: string) {
  const routes = [...functions].flatMap((registered) => {
    const { name, bindings } = registered.metadata;
    const trigger = Object.values(bindings).find((binding) => binding.type?.toLowerCase() === 'httptrigger');
    if (!trigger) return [];
    const path = `/${[routePrefix, trigger.route ?? name].filter((part) => part !== '').join('/')}`;
    const unknown = path.split('/').find((part) => /[{}]/.test(part) && !parameter.test(part));
    if (unknown !== undefined)
      throw new RangeError(`The route of "${name}" has ${unknown}, which this host does not know.`);
    const methods = (trigger.methods ?? ['GET', 'POST']).map((method) => method.toUpperCase());
    return [{ name, methods, path, registered }];
  });
  const key = (route: { name: string }) => route.name.toLowerCase();
  return routes.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** An HTTP function with its route. */
export type HttpRoute = ReturnType<typeof buildRoutes>[number];

/**
 * The values of a route's parameters if `segments` (decoded) match it, else `undefined`. A segment of the route is a literal, whose
 * case does not matter, or a parameter, `{name}`; the app uses nothing else of ASP.NET's templates.
 */
export function matchRoute(path: string, segments: readonly string[]): Record<string, string> | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  if (parts.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of parts.entries()) {
    const segment = segments[i] ?? '';
    const name = parameter.exec(part)?.[1];
    if (name !== undefined) params[name] = segment;
    else if (part.toLowerCase() !== segment.toLowerCase()) return undefined;
  }
  return params;
}

/**
 * The route of a request, with the values of its parameters: the first that matches path and method (not the most literal one:
 * azure-functions-host issue 3153). A path with another method is no match, because the real host has no 405.
 */
export function findRoute(routes: readonly HttpRoute[], method: string, segments: readonly string[]) {
  for (const route of routes) {
    const params = route.methods.includes(method) ? matchRoute(route.path, segments) : undefined;
    if (params) return { route, params };
  }
  return undefined;
}
