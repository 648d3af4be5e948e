import type { FunctionsCore, RegisteredFunction } from './core.ts';
import { invoke } from './invoke.ts';
import { errorText, type HostLog } from './log.ts';
import { parseSchedule, type Schedule } from './ncrontab.ts';

// Node's timers last 2^31 ms at most, and they stop while the machine sleeps. So the host waits in parts and checks the clock.
const longestWaitMs = 30_000;
const never = '0001-01-01T00:00:00+00:00';

type TimerFunction = {
  registered: RegisteredFunction;
  schedule: Schedule;
  /** Kept only for schedules of a minute or more, like the real host's monitor. Without it the function gets null. */
  status: { Last: string; Next: string; LastUpdated: string } | undefined;
};

/** The timers of an app. */
export type Timers = ReturnType<typeof startTimers>;

/** A schedule's text with `%NAME%` replaced by that setting. Throws `RangeError` for a setting that is not set. */
function resolveSettings(text: string, env: NodeJS.ProcessEnv): string {
  return text.replaceAll(/%([^%]+)%/g, (whole, name: string) => {
    const value = env[name];
    if (value === undefined || value === '') throw new RangeError(`${whole} does not resolve to a value.`);
    return value;
  });
}

function iso(at: number | undefined): string {
  return at === undefined ? never : new Date(at).toISOString().replace(/(\.\d+)?Z$/, '+00:00');
}

/**
 * Starts the schedules, in UTC. A timer never overlaps itself: the next occurrence is counted from the start of a run, and one that passed
 * during the run follows once, right after it. A timer that cannot be read is named in the log and does not run.
 */
export function startTimers(
  core: FunctionsCore,
  isDisabled: (name: string) => boolean,
  env: NodeJS.ProcessEnv,
  log: HostLog,
) {
  const timers = new Map<string, TimerFunction>();
  const waits = new Map<string, NodeJS.Timeout>();
  let running = 0;
  let stopped = false;

  async function run({ registered, status }: TimerFunction): Promise<void> {
    const timer = { Schedule: { AdjustForDST: true }, ScheduleStatus: status ?? null, IsPastDue: false };
    running += 1;
    await invoke(core, registered, { reason: 'Timer fired', data: { json: JSON.stringify(timer) } }, log);
    running -= 1;
  }

  function wait(name: string, timer: TimerFunction, dueAt: number): void {
    if (stopped) return;
    const left = dueAt - Date.now();
    if (left > 0) {
      const again = () => wait(name, timer, dueAt);
      waits.set(name, setTimeout(again, Math.min(left, longestWaitMs)));
      return;
    }
    const next = timer.schedule.nextAfter(Math.max(Date.now(), dueAt));
    void run(timer).then(() => {
      if (timer.status) timer.status = { Last: iso(dueAt), Next: iso(next), LastUpdated: iso(Date.now()) };
      if (next !== undefined) wait(name, timer, next);
    });
  }

  for (const registered of core.functions.values()) {
    const { name, bindings } = registered.metadata;
    const trigger = Object.values(bindings).find((binding) => binding.type === 'timerTrigger');
    if (!trigger) continue;
    try {
      const schedule = parseSchedule(resolveSettings(trigger.schedule ?? '', env));
      const first = schedule.nextAfter(Date.now());
      const second = first === undefined ? undefined : schedule.nextAfter(first);
      const isFrequent = first !== undefined && second !== undefined && second - first < 60_000;
      const status = isFrequent ? undefined : { Last: never, Next: iso(first), LastUpdated: never };
      const timer = { registered, schedule, status };
      timers.set(name.toLowerCase(), timer);
      if (first !== undefined && !isDisabled(name)) wait(name, timer, first);
    } catch (error) {
      const fault = error instanceof RangeError ? error.message : errorText(error);
      log.line('error', `The '${name}' function is in error: ${fault}`);
    }
  }

  return {
    /** Runs a timer now, in addition to its schedule, like the admin call. `false`: there is no such timer. */
    runNow(name: string): boolean {
      const timer = timers.get(name.toLowerCase());
      if (timer) void run(timer);
      return timer !== undefined;
    },
    /** Ends all schedules. Running timers continue; `running` says how many there are. */
    stop() {
      stopped = true;
      for (const handle of waits.values()) clearTimeout(handle);
    },
    running: () => running,
  };
}
