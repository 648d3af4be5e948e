// The simulator's page has the content of the consent text: docs/contracts/altinn-consent.md, section 12.
import { expect, test } from 'vitest';
import type { ConsentRequest } from '../../../local/simulators/altinn/consent-request.ts';
import { consentPage } from '../../../local/simulators/altinn/pages.ts';

test('the page has all five paragraphs of the consent text, and both halves of the fifth', () => {
  const request = { id: 'a', redirectUrl: 'https://bank.example/', validTo: 0 } as ConsentRequest;
  const page = consentPage({
    session: { csrf: 'c', person: undefined },
    request,
    bankName: 'Banken',
    ownerName: 'Lånekassen',
    reason: undefined,
  });
  const points = [...String(page.body).matchAll(/<li>(.*?)<\/li>/g)].map(([, point = '']) => point);
  expect(points).toHaveLength(5);
  for (const [index, words] of [
    [0, ['taushetsplikten', 'kan sende', 'gebyrer og omkostninger']],
    [1, ['kan bare bruke', 'nettbanken, mobilbanken eller lignende applikasjoner']],
    [2, ['hver gang du logger inn', 'sletter dem når du logger ut']],
    [3, ['når som helst trekke']],
    [4, ['Banken har selv ansvaret', 'Lånekassen har ansvaret for å sende', 'trygg måte']],
  ] as const)
    for (const part of words) expect(points[index]).toContain(part);
});
