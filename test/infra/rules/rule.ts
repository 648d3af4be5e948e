import type { Resource } from '../bicep.ts';

/** The environments that are checked in. */
export type EnvironmentName = 'dev' | 'test' | 'prod';

/**
 * A rule for the evaluated resources, named after the public rules that it covers (Checkov `CKV_…`, PSRule for Azure `Azure.…`), so that a
 * bank can mark them in its own list.
 */
export type Rule = {
  answers: readonly string[];
  says: string;
  /** The environments for which it holds; all by default. */
  environments?: readonly EnvironmentName[];
  /** The violations as text; empty if the rule holds. */
  faults(resources: readonly Resource[]): string[];
  /** Ways to break the rule on purpose, one for each requirement, named by the resulting fault. They prove that the rule can fail. */
  spoils: Readonly<Record<string, (resources: Resource[]) => void>>;
};

/** Removes the first resource that matches from the list. Throws if none does, because nothing would be changed then. */
export function drop(resources: Resource[], fits: (resource: Resource) => boolean): void {
  const index = resources.findIndex(fits);
  if (index < 0) throw new Error('There is no such resource to take out.');
  resources.splice(index, 1);
}

/** Resources of a type. */
export const ofType = (resources: readonly Resource[], type: string): Resource[] =>
  resources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());

/** The only resource of a type (whose name begins with `prefix`); throws if there is none. */
export function one(resources: readonly Resource[], type: string, prefix = ''): Resource {
  const found = ofType(resources, type).find((resource) => resource.name.startsWith(prefix));
  if (!found) throw new Error(`No ${type} ${prefix} among the resources.`);
  return found;
}

/** The value at a dotted path. */
export function at(resource: Resource, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], resource);
}

/** Sets the value at a dotted path; `undefined` removes it. */
export function put(resource: Resource, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const holder = keys.reduce<Record<string, unknown>>((inner, key) => {
    inner[key] ??= {};
    return inner[key] as Record<string, unknown>;
  }, resource);
  holder[last] = value;
}

/** The most common kind of rule: every resource of a type has these values, and there is at least one. */
export function everyHas(rule: {
  answers: readonly string[];
  says: string;
  type: string;
  values: Readonly<Record<string, unknown>>;
  bad: readonly [path: string, value: unknown];
  environments?: readonly EnvironmentName[];
}): Rule {
  const { type, values, bad, ...rest } = rule;
  return {
    ...rest,
    faults(resources) {
      const found = ofType(resources, type);
      if (found.length === 0) return [`there is no ${type}`];
      return found.flatMap((resource) =>
        Object.entries(values)
          .filter(([path, value]) => JSON.stringify(at(resource, path)) !== JSON.stringify(value))
          .map(([path]) => `${resource.name}: ${path} is ${JSON.stringify(at(resource, path))}`),
      );
    },
    spoils: {
      [`${bad[0]} is ${JSON.stringify(bad[1])}`]: (resources) => put(one(resources, type), bad[0], bad[1]),
      'there is none': (resources) => {
        resources.splice(0, resources.length, ...resources.filter((resource) => resource.type !== type));
      },
      // Changes the last of its type, so a rule that checks only the first is found out.
      ...Object.fromEntries(
        Object.keys(values).map((path) => [
          `${path} is not said`,
          (resources: Resource[]) => put(ofType(resources, type).at(-1) ?? one(resources, type), path, undefined),
        ]),
      ),
    },
  };
}
