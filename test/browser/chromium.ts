// Whether the browser tests can run on this machine.
import { findChromium, launchChromium } from '../../tools/chromium.ts';

export { launchChromium };

/**
 * True if browser tests are skipped, with the reason on the console. With `CI=true` a missing browser is an error, because a run that must
 * prove the page cannot pass without a browser.
 */
export function browserIsMissing(env: NodeJS.ProcessEnv = process.env): boolean {
  if (findChromium(env) !== undefined) return false;
  const advice =
    'No Chromium found: the browser tests need one. Install Chromium or Google Chrome (Debian, Ubuntu: `apt-get install chromium`) or set CHROMIUM_PATH.';
  if (env.CI === 'true') throw new Error(advice);
  console.warn(`${advice} The browser tests are skipped.`);
  return true;
}
