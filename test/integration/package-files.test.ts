import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { boardProfiles } from '../../devices/boards/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root,
  maxBuffer: 1 << 24,
});
const files = (JSON.parse(stdout) as { files: { path: string }[] }[])[0].files.map(({ path }) => path);
const textOf = (file: string) => readFileSync(join(root, file), 'utf8');

// What is installed from it and runs is tried by .ci/package-check.
describe('the package', () => {
  it('holds the firmware of every board, where its built virtual board looks for it', async () => {
    const looking = 'dist/drivers/virtual-board/virtual-board.js';
    expect(files).toContain(looking);
    for (const { firmware } of boardProfiles) {
      const image = relative(
        root,
        join(root, dirname(looking), '../../..', 'firmware/hex', `${firmware}.hex`),
      );
      expect(files).toContain(image);
    }
    const { committedFirmware } = await import(join(root, looking));
    for (const { firmware } of boardProfiles) expect(committedFirmware(firmware)).toMatch(/^:/);
  });

  it('holds the examples, which import ohmprop by its name', () => {
    const examples = files.filter((file) => /^examples\/.*\.ts$/.test(file));
    expect(examples.length).toBeGreaterThan(0);
    for (const file of examples) expect(textOf(file)).not.toMatch(/from '\.\.\//);
    expect(files).toContain('examples/net.yaml');
  });

  it('holds every module that one of its modules imports', () => {
    const there = new Set(files);
    const missing = files
      .filter((file) => file.endsWith('.js'))
      .flatMap((file) =>
        [...textOf(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'`](\.\.?\/[^"'`]+\.js)["'`]/g)]
          .map(([, target]) => normalize(join(dirname(file), target)))
          .filter((target) => !there.has(target))
          .map((target) => `${file}: ${target}`),
      );
    expect(missing).toEqual([]);
  });

  it('has no dead link in a page', () => {
    const folders = new Set(
      files.flatMap((file) => file.split('/').map((_, k, parts) => parts.slice(0, k).join('/'))),
    );
    const dead = files
      .filter((file) => file.endsWith('.md'))
      .flatMap((page) =>
        [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
          .map(([, target]) => target.split('#')[0])
          .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
          .filter((target) => {
            const path = normalize(join(dirname(page), target)).replace(/\/$/, '');
            return !files.includes(path) && !folders.has(path);
          })
          .map((target) => `${page}: ${target}`),
      );
    expect(dead).toEqual([]);
  });

  it('has no source map without its source, and nothing of tests and benches', () => {
    expect(
      files.filter((file) => file.endsWith('.map') || /^(test|bench|dist\/(bench|test))\//.test(file)),
    ).toEqual([]);
    expect(textOf('dist/index.js')).not.toContain('sourceMappingURL');
  });

  it('says where it comes from, and lets its package.json be read', () => {
    const { repository, homepage, bugs, author, exports } = createRequire(import.meta.url)(
      'ohmprop/package.json',
    );
    for (const said of [repository.url, homepage, bugs.url, author]) expect(said).toMatch(/ohmprop/);
    const missing = Object.values(exports as Record<string, string | Record<string, string>>)
      .flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)))
      .filter((target) => !files.includes(target.replace('./', '')));
    expect(missing).toEqual([]);
  });
});
