import { existsSync } from 'node:fs';
import type { Browser } from 'playwright-core';

const PATH = process.env.OHMPROP_CHROMIUM ?? '/usr/bin/chromium';

/** Why tests in a browser cannot run here; false where they can. */
export const noChromium = existsSync(PATH)
  ? false
  : `no Chromium at ${PATH} (OHMPROP_CHROMIUM names another)`;

/** A Chromium of a test's own, which asks nobody for anything. */
export async function startChromium(): Promise<Browser> {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: PATH,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
    ],
  });
}
