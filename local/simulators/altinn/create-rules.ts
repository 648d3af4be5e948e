// The rules for a new consent request, in the order of ConsentService.cs (Altinn/altinn-authorization-tmp): first the parties, one by one;
// then everything else together. See docs/contracts/altinn-consent.md §4, §6, §7.
import { type ConsentRight, defaultTemplate, type Micros } from './consent-request.ts';
import type { CreateBody } from './create-body.ts';
import type { Problem, ValidationFault } from './problems.ts';

/** A resource of type consent in Altinn's resource register. */
export type ConsentResource = {
  id: string;
  /** The owner's name, as shown on the consent page. */
  owner?: string;
  /** The owner's code in the registry; default `slk`, Lånekassen's. */
  ownerCode?: string;
  /** The registry does not show its metadata keys. */
  hidesMetadata?: boolean;
  /** Keys that every request must contain; usually in lower case. */
  metadataKeys: readonly string[];
  /** Organisation numbers that may request it; absent: every organisation may. */
  accessList?: readonly string[];
  /** The template. All rights of a request must have the same one. Default `samtykkemal_simpleconsent`. */
  templateId?: string;
};

function unknownParty(urn: string): Problem {
  return urn.startsWith('urn:altinn:person:')
    ? { code: 'AM-00004', extensions: { fnumber: urn } }
    : { code: 'AM-00003', extensions: { orgnr: urn } };
}

function metadataProblems(metadata: Record<string, string>, metadataKeys: readonly string[], index: number): Problem[] {
  const problems: Problem[] = [];
  const keys = metadataKeys.map((key) => key.toLowerCase());
  const sent = Object.keys(metadata).map((key) => key.toLowerCase());
  for (const [key, value] of Object.entries(metadata)) {
    if (!keys.includes(key.toLowerCase())) problems.push({ code: 'AM-00006', extensions: { key: key.toLowerCase() } });
    if (!value) problems.push({ code: 'AM-00007', extensions: { [`ConsentRight index: ${index}, key`]: key } });
  }
  for (const key of keys) if (!sent.includes(key)) problems.push({ code: 'AM-00008', extensions: { key } });
  return problems;
}

/** Everything that is wrong with the request, or the rights that it requests. `stranger`: a URN in it that is not in the register. */
export function checkCreate(
  body: CreateBody,
  stranger: string | undefined,
  resources: readonly ConsentResource[],
  now: Micros,
): { problems: Problem[] } | { rights: ConsentRight[]; templateId: string } {
  if (stranger !== undefined) return { problems: [unknownParty(stranger)] };

  const problems: Problem[] = [];
  const faults: ValidationFault[] = [];
  const rights: ConsentRight[] = [];
  if (body.validto < now) faults.push({ code: 'AM.VLD-00022', path: 'ValidTo' });
  if (body.consentrights.length === 0) faults.push({ code: 'AM.VLD-00023', path: 'Resource' });

  let templateId: string | undefined;
  for (const [index, right] of body.consentrights.entries()) {
    const { action, metadata } = right;
    const named = right.resource.length === 1 ? right.resource[0] : undefined;
    const resource = resources.find((candidate) => candidate.id === named?.value);
    if (named === undefined || resource === undefined) {
      problems.push({ code: 'AM-00005' });
    } else {
      problems.push(...metadataProblems(metadata, resource.metadataKeys, index));
      const template = resource.templateId ?? defaultTemplate;
      templateId ??= template;
      if (template !== templateId) problems.push({ code: 'AM-00009' });
      rights.push({ action, resourceType: named.type, resourceId: resource.id, metadata });
    }
    if (action.length === 0)
      problems.push({ code: 'STD-00000', faults: [{ code: 'STD.VLD-00000', path: `/consentRight/${index}/action` }] });
  }

  if (!URL.canParse(body.redirecturl)) faults.push({ code: 'AM.VLD-00027', path: 'RedirectUrl' });
  if (faults.length > 0) problems.push({ code: 'STD-00000', faults });
  return problems.length > 0 ? { problems } : { rights, templateId: templateId ?? defaultTemplate };
}
