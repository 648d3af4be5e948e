import type { SummaryRow } from './summary.ts';

const colours: Record<string, string> = {
  none: '#9aa5b1',
  naive: '#d98c5f',
  undici: '#6b8fb5',
  'azure-sdk': '#7fae8a',
  ours: '#7a3e9d',
};

/** The success ratios as an SVG: a group of bars for each slow upstream and peak, with a line down to the worst seed. */
export function drawFleet(rows: readonly SummaryRow[]): string {
  const groups = [...new Set(rows.map((row) => `${row.slow}, ${row.logins} logins`))];
  const policies = [...new Set(rows.map((row) => row.policy))];
  const lowest = Math.floor(Math.min(...rows.map((row) => row.worstSuccess)) * 10) / 10;
  const width = 960;
  const top = 50;
  const bottom = 330;
  const left = 56;
  const groupWidth = (width - left - 16) / groups.length;
  const barWidth = (groupWidth - 20) / policies.length;
  const y = (share: number) => bottom - ((share - lowest) / (1 - lowest)) * (bottom - top);
  const parts: string[] = [];
  for (let tick = 0; tick <= 4; tick++) {
    const share = lowest + ((1 - lowest) * tick) / 4;
    parts.push(
      `<line x1="${left}" x2="${width - 16}" y1="${y(share)}" y2="${y(share)}" stroke="#ddd"/>`,
      `<text x="${left - 6}" y="${y(share) + 4}" text-anchor="end">${(share * 100).toFixed(1)} %</text>`,
    );
  }
  groups.forEach((group, groupIndex) => {
    const x0 = left + groupIndex * groupWidth + 10;
    const [slow = '', logins = ''] = group.split(', ');
    const middleOfGroup = x0 + (groupWidth - 20) / 2;
    parts.push(
      `<text x="${middleOfGroup}" y="${bottom + 18}" text-anchor="middle">${Number.parseInt(logins, 10).toLocaleString('nb-NO')} logins</text>`,
      `<text x="${middleOfGroup}" y="${bottom + 33}" text-anchor="middle">${slow} slow</text>`,
    );
    policies.forEach((policy, index) => {
      const row = rows.find((one) => `${one.slow}, ${one.logins} logins` === group && one.policy === policy);
      if (!row) return;
      const x = x0 + index * barWidth;
      const middle = x + (barWidth - 3) / 2;
      parts.push(
        `<rect x="${x.toFixed(1)}" y="${y(row.medianSuccess).toFixed(1)}" width="${(barWidth - 3).toFixed(1)}" height="${(bottom - y(row.medianSuccess)).toFixed(1)}" fill="${colours[policy] ?? '#444'}"/>`,
        `<line x1="${middle.toFixed(1)}" x2="${middle.toFixed(1)}" y1="${y(row.medianSuccess).toFixed(1)}" y2="${y(row.worstSuccess).toFixed(1)}" stroke="#000" stroke-width="2"/>`,
      );
    });
  });
  policies.forEach((policy, index) => {
    const x = left + index * 110;
    parts.push(
      `<rect x="${x}" y="${bottom + 52}" width="12" height="12" fill="${colours[policy] ?? '#444'}"/>`,
      `<text x="${x + 18}" y="${bottom + 62}">${policy}</text>`,
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 78}" font-family="sans-serif" font-size="12">
<title>Success ratio of the fleet simulation</title>
<rect width="100%" height="100%" fill="#fff"/>
<text x="${left}" y="26" font-size="15">Saldo within 8 s or two re-asks: median of 20 seeds (bar), worst seed (line's lower end). The axis begins at ${(lowest * 100).toFixed(0)} %.</text>
${parts.join('\n')}
</svg>
`;
}
