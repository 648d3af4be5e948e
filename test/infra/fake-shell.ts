import type { Shell } from '../../tools/azd-hook/shell.ts';

type Answer = { code: number; stdout: string; stderr: string };

/** A shell for the hooks in memory. Its time passes only when it waits. */
export type FakeShell = Shell & { said: string[]; ran: string[]; waitedMs(): number };

/** `answer` gets a command line and the milliseconds waited so far; `undefined`: the program does not exist. */
export function fakeShell(
  values: Readonly<Record<string, string>>,
  answer: (command: string, waitedMs: number) => string | Answer | undefined,
): FakeShell {
  const kept: Record<string, string> = { ...values };
  const said: string[] = [];
  const ran: string[] = [];
  let waited = 0;
  return {
    said,
    ran,
    waitedMs: () => waited,
    value: (name) => (kept[name] ?? '').trim(),
    keep(name, value) {
      kept[name] = value;
    },
    run(program, args) {
      const command = [program, ...args].join(' ');
      ran.push(command);
      const answered = answer(command, waited);
      return typeof answered === 'string' ? { code: 0, stdout: answered, stderr: '' } : answered;
    },
    say: (line) => void said.push(line),
    today: () => new Date(Date.UTC(2026, 10, 29)),
    async wait(ms) {
      waited += ms;
    },
  };
}
