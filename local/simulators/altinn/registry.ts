// Altinn's resource registry, open to all: one resource, or the list (Altinn/altinn-resource-registry, ResourceController.cs).
import type { SimulatedAnswer, SimulatedRequest } from '../kit/simulator.ts';
import type { ConsentResource } from './create-rules.ts';

const registryPath = '/resourceregistry/api/v1/resource/';

const bodyOf = ({ id, ownerCode, hidesMetadata, metadataKeys }: ConsentResource) => ({
  identifier: id,
  resourceType: 'Consent',
  hasCompetentAuthority: { orgcode: ownerCode ?? 'slk' },
  ...(hidesMetadata ? {} : { consentMetadata: Object.fromEntries(metadataKeys.map((key) => [key, {}])) }),
});

/** The registry's answer, or `undefined` when the request is for another part of Altinn. */
export function registryAnswer(
  { method, path }: SimulatedRequest,
  resources: readonly ConsentResource[],
): SimulatedAnswer | undefined {
  const id = method === 'GET' && path.startsWith(registryPath) ? path.slice(registryPath.length) : undefined;
  if (id === undefined) return undefined;
  if (id === 'resourcelist') return { status: 200, body: resources.map(bodyOf) };
  const found = resources.find((resource) => resource.id === decodeURIComponent(id));
  return found ? { status: 200, body: bodyOf(found) } : { status: 404, body: { title: 'Not Found', status: 404 } };
}
