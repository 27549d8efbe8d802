import { spawnSync } from 'node:child_process';

/**
 * User and system time of a run of ngspice, s, as the shell counts them: its own "analysis time" is the wall's. Nothing where it does not end.
 * @param patience_ms it is stopped after them
 */
export function ngspiceTime_s(args: readonly string[], patience_ms: number): number | undefined {
  const { stdout, error } = spawnSync(
    'bash',
    ['-c', 'ngspice "$@" > /dev/null 2>&1; times', 'bash', ...args],
    { encoding: 'utf8', timeout: patience_ms },
  );
  if (error !== undefined) return undefined;
  const [, ofChildren = ''] = stdout.trim().split('\n');
  return [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + 60 * Number(m) + Number(s),
    0,
  );
}
