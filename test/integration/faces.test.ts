import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Names of the packages that a module loads when it is imported, and of nothing that it loads later. */
function packagesOf(specifier: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ohmprop-loaded-'));
  try {
    execFileSync(process.execPath, ['--input-type=module', '--eval', `import '${specifier}'`], {
      cwd: root,
      env: { ...process.env, NODE_V8_COVERAGE: folder },
    });
    const loaded = readdirSync(folder).flatMap((file) =>
      (JSON.parse(readFileSync(join(folder, file), 'utf8')).result as { url: string }[]).map(
        ({ url }) => url,
      ),
    );
    const names = loaded.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
    expect(loaded.some((url) => url.includes('/dist/'))).toBe(true);
    return [...new Set(names)].sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('what importing a face loads', () => {
  it('the main face: none of the packages that only some work needs', () => {
    const loaded = packagesOf('ohmprop');
    for (const name of ['zod', 'mathjs', '@resvg/resvg-js', 'yaml', 'serialport', 'commander', 'csv-parse']) {
      expect(loaded).not.toContain(name);
    }
  });

  it.each(['ohmprop/crossbar', 'ohmprop/memristors', 'ohmprop/cells', 'ohmprop/circuits'])(
    '%s: no package at all',
    (face) => {
      expect(packagesOf(face)).toEqual([]);
    },
  );

  it('boards: no serialport before a port is opened', () => {
    expect(packagesOf('ohmprop/boards')).not.toContain('serialport');
  });
});
