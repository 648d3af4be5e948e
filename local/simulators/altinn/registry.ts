// Altinn's resource registry, open to all: one resource, or the list (Altinn/altinn-resource-registry, ResourceController.cs).
import type { Routes } from '../kit/simulator.ts';
import type { ConsentResource } from './create-rules.ts';

const bodyOf = ({ id, ownerCode, hidesMetadata, metadataKeys }: ConsentResource) => ({
  identifier: id,
  resourceType: 'Consent',
  hasCompetentAuthority: { orgcode: ownerCode ?? 'slk' },
  ...(hidesMetadata ? {} : { consentMetadata: Object.fromEntries(metadataKeys.map((key) => [key, {}])) }),
});

/** Adds the registry to the routes; `resources` are those of now. */
export function addRegistry(routes: Routes, resources: () => readonly ConsentResource[]): void {
  routes.get('/resourceregistry/api/v1/resource/resourcelist', (exchange) => exchange.json(resources().map(bodyOf)));
  routes.get('/resourceregistry/api/v1/resource/:id', (exchange) => {
    const found = resources().find(({ id }) => id === exchange.req.param('id'));
    return found ? exchange.json(bodyOf(found)) : exchange.json({ title: 'Not Found', status: 404 }, 404);
  });
}
