import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** How each of azd's two kinds of hook scripts is started. */
export type HookShell = { name: 'sh' | 'pwsh'; extension: 'sh' | 'ps1'; program: string; args: readonly string[] };

/**
 * A PATH on which `azd` keeps values in a file as the real one does, and `az` answers as the test says. Other programs (node, npm, sh) are
 * this machine's. The commands of the hooks are recorded.
 */
export type FakeTools = {
  /** The `PATH` itself. */
  path: string;
  /** Runs a hook as azd does: in the repository's root, by the given shell, with the azd environment as variables. */
  run(hook: string, shell: HookShell): Promise<{ code: number; output: string }>;
  /** The present azd environment. */
  values(): Promise<Record<string, string>>;
  set(changes: Readonly<Record<string, string>>): Promise<void>;
  /** Commands that were run, without arguments that say nothing. */
  calls(): Promise<string[]>;
  drop(): Promise<void>;
};

/** What `az resource list --tag` answers if these vaults are in that group, beside an identity. */
export const vaultsIn = (resourceGroup: string, ...names: readonly string[]): string =>
  JSON.stringify(
    [
      ['Microsoft.ManagedIdentity/userAssignedIdentities', 'id-example'],
      ...names.map((name) => ['Microsoft.KeyVault/vaults', name]),
    ].map(([type, name]) => ({
      ...{ type, name, resourceGroup },
      id: `/subscriptions/x/resourceGroups/${resourceGroup}/providers/${type}/${name}`,
    })),
  );

/**
 * `az` is az's answers: by a part of the command line, or one text for `resource list`. Every other command gets an empty answer.
 * `undefined`: az fails, as when no one is signed in. As the real az does, it refuses `--tag` together with another filter.
 */
export async function fakeTools(
  initial: Readonly<Record<string, string>>,
  az: string | Readonly<Record<string, string>> | undefined,
): Promise<FakeTools> {
  const answers = typeof az === 'string' ? { 'resource list': az } : az;
  const folder = await mkdtemp(join(tmpdir(), 'azd-hooks-'));
  const bin = join(folder, 'bin');
  const valuesFile = join(folder, 'values.json');
  const callsFile = join(folder, 'calls');
  await mkdir(bin);
  await writeFile(valuesFile, JSON.stringify(initial));
  await writeFile(callsFile, '');
  const program = async (name: string, body: string) => {
    await writeFile(join(bin, name), `#!${process.execPath}\nconst fs = require('node:fs');\n${body}\n`);
    await chmod(join(bin, name), 0o755);
  };
  const note = (name: string) =>
    `const args = process.argv.slice(2);\nfs.appendFileSync(${JSON.stringify(callsFile)}, ['${name}', ...args].join(' ') + '\\n');`;
  await program(
    'azd',
    `${note('azd')}
const values = JSON.parse(fs.readFileSync(${JSON.stringify(valuesFile)}, 'utf8'));
if (args.join(' ') === 'env get-values --output json') {
  console.log(JSON.stringify(values));
  process.exit(0);
}
if (args[0] !== 'env' || args[1] !== 'set' || args.length !== 4) process.exit(2);
values[args[2]] = args[3];
fs.writeFileSync(${JSON.stringify(valuesFile)}, JSON.stringify(values));`,
  );
  await program(
    'az',
    `${note('az')}
const answers = ${JSON.stringify(answers ?? null)};
if (answers === null) process.exit(1);
if (args.includes('--tag') && ['--resource-type', '--resource-group', '--name', '--location'].some((one) => args.includes(one))) {
  console.error("ERROR: you cannot use '--tag' with another filter");
  process.exit(1);
}
const [, answer = ''] = Object.entries(answers).find(([part]) => args.join(' ').includes(part)) ?? [];
console.log(answer);`,
  );
  const path = [bin, dirname(process.execPath), process.env.PATH ?? ''].join(delimiter);
  const values = async () => JSON.parse(await readFile(valuesFile, 'utf8')) as Record<string, string>;
  return {
    path,
    async run(hook, { extension, program, args }) {
      const { HOME = '' } = process.env;
      const { status, stdout, stderr } = spawnSync(program, [...args, `infra/hooks/${hook}.${extension}`], {
        encoding: 'utf8',
        env: {
          HOME,
          PATH: path,
          NO_COLOR: '1',
          POWERSHELL_TELEMETRY_OPTOUT: '1',
          DOTNET_CLI_TELEMETRY_OPTOUT: '1',
          ...(await values()),
        },
      });
      return { code: status ?? 1, output: stdout + stderr };
    },
    values,
    set: async (changes) => writeFile(valuesFile, JSON.stringify({ ...(await values()), ...changes })),
    calls: async () => (await readFile(callsFile, 'utf8')).split('\n').filter((line) => line !== ''),
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}
