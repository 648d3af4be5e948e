// Whether the browser tests can run here.
import { findChromium, launchChromium } from '../../tools/chromium.ts';

export { launchChromium };

/**
 * True if browser tests are to be skipped, with the reason on the console. With `CI=true` a missing browser is an error
 * instead, so that a run that must prove the page can't pass without having seen it.
 */
export function browserIsMissing(env: NodeJS.ProcessEnv = process.env): boolean {
  if (findChromium(env) !== undefined) return false;
  const advice =
    'No Chromium found: the browser tests need one. Install Chromium or Google Chrome (Debian, Ubuntu: `apt-get install chromium`) or set CHROMIUM_PATH.';
  if (env.CI === 'true') throw new Error(advice);
  console.warn(`${advice} The browser tests are skipped.`);
  return true;
}
