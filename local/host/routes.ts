import type { RegisteredFunction } from './core.ts';
import { compileRoute, type RouteTemplate } from './route-template.ts';

/** An HTTP function with its route. */
export type HttpRoute = {
  name: string;
  /** Upper case. */
  methods: string[];
  /** `anonymous`, `function` or `admin`. */
  authLevel: string;
  /** For people: the route with its prefix. */
  path: string;
  template: RouteTemplate;
  registered: RegisteredFunction;
};

/** A request's route and the values of its parameters. */
export type RouteMatch = { route: HttpRoute; params: Record<string, string> };

/**
 * Builds the table of routes, in the real host's order: by function name, and the first that matches path and method wins
 * (not the most literal: azure-functions-host issue 3153). A function whose route cannot be read goes to `faults`.
 */
export function buildRoutes(
  functions: Iterable<RegisteredFunction>,
  routePrefix: string,
): { routes: HttpRoute[]; faults: { name: string; reason: string }[] } {
  const routes: HttpRoute[] = [];
  const faults: { name: string; reason: string }[] = [];
  for (const registered of functions) {
    const { name, bindings } = registered.metadata;
    const trigger = Object.values(bindings).find((binding) => binding.type?.toLowerCase() === 'httptrigger');
    if (!trigger) continue;
    const path = [routePrefix, trigger.route ?? name].filter((part) => part !== '').join('/');
    try {
      routes.push({
        name,
        methods: (trigger.methods ?? ['GET', 'POST']).map((method) => method.toUpperCase()),
        authLevel: (trigger.authLevel ?? 'anonymous').toLowerCase(),
        path: `/${path}`,
        template: compileRoute(path),
        registered,
      });
    } catch (error) {
      faults.push({ name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const key = (route: HttpRoute) => route.name.toLowerCase();
  routes.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  return { routes, faults };
}

/** The route that a request goes to. A path that matches with another method is no match: the real host has no 405. */
export function findRoute(
  routes: readonly HttpRoute[],
  method: string,
  segments: readonly string[],
): RouteMatch | undefined {
  for (const route of routes) {
    if (!route.methods.includes(method)) continue;
    const params = route.template.match(segments);
    if (params) return { route, params };
  }
  return undefined;
}
