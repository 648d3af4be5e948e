import { fixedSection } from './fixed-costs.ts';
import { inputs, type Numbers } from './inputs.ts';
import { costOfAMillion, instanceOf, loads, type Need, needOf, whole } from './model.ts';
import { sweepSection } from './sweep-section.ts';

const numbers: Numbers = Object.fromEntries(
  Object.entries(inputs).map(([name, { value }]) => [name, value]),
) as Numbers;
const row = (...cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
const table = (head: string[], rows: string[][]) => [
  row(...head),
  row(...head.map(() => '---')),
  ...rows.map((cells) => row(...cells)),
];
const percent = (share: number) => `${share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;
const dollars = (value: number | undefined) => (value === undefined ? '**open**' : `$ ${value.toFixed(2)}`);

/** Logins a minute at which a ceiling is reached, approximately: the need grows in proportion to the load. */
const bound = (ceiling: number, of: (need: Need) => number) => (ceiling / of(needOf(100_000, numbers))) * 100_000;
const thousands = (value: number) => `some ${whole(Math.round(value / 1000) * 1000)}`;

/** docs/capacity.md as computed from the inputs. */
export function capacityDocument(): string {
  const instance = instanceOf(numbers);
  const needs = loads.map((load) => needOf(load, numbers));
  const cost = costOfAMillion(numbers);
  const {
    signaturesPerSecond,
    tablePerSecond,
    maximumInstances,
    subscriptionCores,
    slowUpstreamSeconds,
    upstreamSeconds,
  } = inputs;
  const lookUps = inputs.fetchedPerLogin.value + inputs.heldPerLogin.value;
  const fits = (count: number) =>
    count <= maximumInstances.value
      ? whole(count)
      : count <= subscriptionCores.value
        ? `${whole(count)} (1)`
        : `${whole(count)} (2)`;
  return [
    '# Load and cost',
    '',
    'Written by `npm run capacity` from `tools/capacity/inputs.ts`; a test compares them. A login has the calls in the inputs: one fetched',
    'look-up, one from the held saldo, the state of the consent, and the logout.',
    '',
    '## What one instance can serve',
    '',
    ...table(
      ['Limited by', 'Logins a second'],
      [
        [
          `the core: ${instance.cpuMsPerLogin.toFixed(1)} ms a login, ${percent(inputs.coreShare.value)} of it used`,
          instance.byCpu.toFixed(1),
        ],
        [
          `${inputs.slots.value} calls at once, upstreams taking ${upstreamSeconds.value} s`,
          instance.bySlots.toFixed(1),
        ],
        [
          `${inputs.slots.value} calls at once, upstreams taking ${slowUpstreamSeconds.value} s`,
          instance.bySlotsSlow.toFixed(1),
        ],
      ],
    ),
    '',
    `So the upstreams are the limit, not the core: **${instance.carries.toFixed(1)} logins a second** on an ordinary day, **${instance.carriesSlow.toFixed(1)}** while Lånekassen scales out.`,
    'More calls at once (`httpConcurrencyPerInstance`) would help then, and cost memory. The calls at once to Lånekassen',
    '(`LANEKASSEN_MAX_CONCURRENCY`) must then be raised too.',
    '',
    '## What a load needs',
    '',
    ...table(
      ['Logins a minute', ...needs.map(({ loginsPerMinute }) => whole(loginsPerMinute))],
      [
        ['a second', ...needs.map(({ perSecond }) => perSecond.toFixed(1))],
        ['instances', ...needs.map(({ instances }) => fits(instances))],
        ['instances while upstreams are slow', ...needs.map(({ instancesSlow }) => fits(instancesSlow))],
        [
          'calls to Lånekassen a second',
          ...needs.map(({ perSecond }) => (perSecond * inputs.fetchedPerLogin.value).toFixed(1)),
        ],
        ['signatures a second', ...needs.map(({ signatures }) => signatures.toFixed(2))],
        ['of one vault’s ceiling', ...needs.map(({ signatures }) => percent(signatures / signaturesPerSecond.value))],
        [
          'the same with `LANEKASSEN_SEND_CONSENT_TOKEN=always`',
          ...needs.map(({ signaturesAlways }) => percent(signaturesAlways / signaturesPerSecond.value)),
        ],
        ['all these instances new at once: signatures a second', ...needs.map(({ herd }) => herd.toFixed(1))],
        ['table operations a second', ...needs.map(({ tableOperations }) => whole(tableOperations))],
        [
          'of one account’s ceiling',
          ...needs.map(({ tableOperations }) => percent(tableOperations / tablePerSecond.value)),
        ],
      ],
    ),
    '',
    `(1) More than \`maximumInstances\` of production (${maximumInstances.value}): raise it. (2) More than the ${subscriptionCores.value} cores that a subscription has in a region:`,
    'ask Microsoft for a higher quota, or allow more calls at once on each instance.',
    '',
    'Key Vault is no limit if shared tokens are shared and a consent token is fetched once for each consent. With `always` one vault reaches',
    `its ceiling at ${thousands(bound(signaturesPerSecond.value, ({ signaturesAlways }) => signaturesAlways))} logins a minute. A second vault does not help, because the key is registered once.`,
    '',
    `Table Storage is a limit from ${thousands(bound(tablePerSecond.value, ({ tableOperations }) => tableOperations))} logins a minute on. No partition is near its own limit (${whole(inputs.partitionPerSecond.value)} a second), because a session`,
    'and a person have one each. Lånekassen, Altinn and Maskinporten publish no limit: ask them before a campaign.',
    '',
    '## What a million logins cost',
    '',
    `A million logins are ${lookUps} million look-ups, so a **million look-ups cost ${dollars(cost.known / lookUps)}**, without the open prices.`,
    '',
    ...table(
      ['', 'Quantity', 'Cost'],
      [
        ...cost.lines.map(({ line, quantity, dollars: price }) => [line, quantity, dollars(price)]),
        ['**Known together**', '', `**${dollars(cost.known)}**`],
      ],
    ),
    '',
    'The logs cost the most, and most of them are the host’s lines. So reduce `logLevel` in host.json first.',
    '',
    ...fixedSection(numbers),
    ...sweepSection(numbers),
    '## Inputs',
    '',
    ...table(
      ['Input', 'Value', 'Source'],
      Object.entries(inputs).map(([name, { value, unit, what, source }]) => [
        `\`${name}\`: ${what}`,
        value === undefined ? '**open**' : `${value}${unit === '1' ? '' : ` ${unit}`}`,
        source,
      ]),
    ),
    '',
    '## What this is not',
    '',
    '- It was not measured in Azure. Processor time comes from one core of another machine and from our own host. The real host is a process of',
    '  its own on the same core (hello world: 591–745 requests a second at one connection). Measure again after the first deployment.',
    '- It is not a price list. Prices are public quotations in dollars, for another region than norwayeast, without a bank’s agreement. The',
    '  prices of norwayeast could not be found and are open. Put your prices into the inputs.',
    '',
  ].join('\n');
}
