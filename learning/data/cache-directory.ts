import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/**
 * Where downloads are kept: `$OHMPROP_CACHE`, else `$XDG_CACHE_HOME/ohmprop` (only if absolute, as the XDG base
 * directory specification demands), else `~/.cache/ohmprop`.
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const { OHMPROP_CACHE: own, XDG_CACHE_HOME: base } = environment;
  if (own) return resolve(own);
  return join(base && isAbsolute(base) ? base : join(homedir(), '.cache'), 'ohmprop');
}
