import type { Bank } from '../bank/bank.ts';
import type { Settings } from '../settings.ts';
import type { Grant } from './grant.ts';

/** The two grants of a bank's shared tokens: for Altinn, and for Lånekassen. */
export function grantsOf(
  { maskinporten, altinn, lanekassen }: Pick<Settings, 'maskinporten' | 'altinn' | 'lanekassen'>,
  bank: Bank,
): { altinn: Grant; lanekassen: Grant } {
  const common = {
    bank: bank.organisationNumber,
    issuer: maskinporten.issuer,
    ...(bank.maskinporten.isSupplierCustomer ? { consumerOrg: bank.organisationNumber } : {}),
  };
  return {
    altinn: { ...common, ...bank.maskinporten.altinnKey, scope: altinn.scope },
    lanekassen: {
      ...common,
      ...bank.maskinporten.lanekassenKey,
      scope: lanekassen.scope,
      ...(lanekassen.resource === undefined ? {} : { resource: lanekassen.resource }),
    },
  };
}
