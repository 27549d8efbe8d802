import { spawnSync } from 'node:child_process';

/**
 * User and system time of a program's run, s, as the shell counts them. Nothing where it does not end.
 * @param patience_ms it is stopped after them
 */
export function programTime_s(
  program: string,
  args: readonly string[],
  patience_ms: number,
): number | undefined {
  const { stdout, error } = spawnSync(
    'bash',
    ['-c', '"$@" > /dev/null 2>&1; times', 'bash', program, ...args],
    { encoding: 'utf8', timeout: patience_ms },
  );
  if (error !== undefined) return undefined;
  const [, ofChildren = ''] = stdout.trim().split('\n');
  return [...ofChildren.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + 60 * Number(m) + Number(s),
    0,
  );
}

/** That of ngspice: its own "analysis time" is the wall's. */
export const ngspiceTime_s = (args: readonly string[], patience_ms: number): number | undefined =>
  programTime_s('ngspice', args, patience_ms);
