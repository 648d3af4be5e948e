import type { Numbers } from './inputs.ts';
import type { Cost } from './model.ts';

type Known = Readonly<Record<keyof Numbers, number>>;

/** The cost of production in a month at any load, in dollars. The sum has only the lines with a known price. */
export function fixedCosts(numbers: Numbers): { lines: Cost[]; known: number; alwaysReady: number } {
  const n = numbers as Known;
  const alwaysReady = n.scaleGroups * n.alwaysReadyOfGroup;
  const line = (what: string, count: number, each: number | undefined): Cost => ({
    line: what,
    quantity: String(count),
    dollars: each === undefined ? undefined : count * each,
  });
  const lines: Cost[] = [
    line('Functions, always-ready instances, idle', alwaysReady, n.instanceGb * 30 * 86_400 * n.baselineGbSecond),
    line('Alert rules, every five minutes', n.frequentRules, n.frequentRuleMonth),
    line('Alert rules, less often', n.rareRules, n.rareRuleMonth),
    line('NAT gateway', n.natGateways, n.natGatewayMonth),
    line('Public address', n.natGateways, n.publicAddressMonth),
    line('Private endpoints', n.privateEndpoints, n.privateEndpointMonth),
    line('Private DNS zones', n.dnsZones, n.dnsZoneMonth),
    line('Premium vault: HSM key versions in use', n.hsmKeys, n.hsmKeyMonth),
    line('Web test, runs', n.webTestRuns, numbers.webTestRun),
  ];
  return { lines, known: lines.reduce((sum, { dollars = 0 }) => sum + dollars, 0), alwaysReady };
}

/** The section of docs/capacity.md on it. */
export function fixedSection(numbers: Numbers): string[] {
  const { lines, known, alwaysReady } = fixedCosts(numbers);
  const n = numbers as Known;
  const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
  const price = (value: number | undefined) => (value === undefined ? '**open**' : `$ ${value.toFixed(2)}`);
  const ofTimers = ((alwaysReady - n.alwaysReadyOfGroup) / alwaysReady) * (lines[0]?.dollars ?? 0);
  return [
    '## What production costs a month, whatever the load',
    '',
    row('', 'How many', 'Cost'),
    row('---', '---', '---'),
    ...lines.map(({ line, quantity, dollars }) => row(line, quantity, price(dollars))),
    row('**Known together**', '', `**${price(known)}**`),
    '',
    `With zone redundancy Flex Consumption keeps ${n.alwaysReadyOfGroup} instances ready in each of ${n.scaleGroups} groups. The three timers cost ${price(ofTimers)} of that.`,
    'There are three so that one that hangs or fails does not stop the others, and each has its own alert. An alert rule that splits by a',
    'column costs once for each value that it has seen, and a tenth as much from the second value on; the sum counts one. The sum leaves out',
    'a jump host with Bastion, Front Door, the copy of the logs that is kept over 31 days, and data transfer. Dev pays only for the key: it',
    'has no network, and its alert rules are off.',
    '',
    'A budget for each environment reports what was spent: `MONTHLY_BUDGET` ([deploy.md](deploy.md)).',
    '',
  ];
}
