import { runPeak } from './peak.ts';
import { policyNames } from './policies.ts';

for (const slow of (process.argv[5] ?? 'lanekassen').split(',') as ('lanekassen' | 'maskinporten')[])
  for (const logins of (process.argv[2] ?? '10000').split(',').map(Number))
    for (const seed of (process.argv[3] ?? '1,4').split(',').map(Number))
      for (const policy of (process.argv[4]?.split(',') ?? policyNames) as typeof policyNames) {
        const t = performance.now();
        const r = await runPeak(slow, logins, policy, seed);
        console.log(
          slow,
          logins,
          seed,
          'RA',
          r.retryAfterSeconds,
          policy.padEnd(10),
          'succ',
          r.success.toFixed(4),
          'p50',
          r.p50Ms,
          'p99',
          r.p99Ms,
          'cpl',
          r.callsPerLogin.toFixed(2),
          'rec',
          r.recoveryMs,
          'N',
          r.instances,
          Math.round(performance.now() - t) + 'ms',
        );
      }
