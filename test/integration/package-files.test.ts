import { execFile } from 'node:child_process';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { boardProfiles } from '../../devices/boards/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('the package holds the firmware of every board, where its built virtual board looks for it', async () => {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    maxBuffer: 1 << 24,
  });
  const files = (JSON.parse(stdout) as { files: { path: string }[] }[])[0].files.map(({ path }) => path);
  const looking = 'dist/drivers/virtual-board/virtual-board.js';
  expect(files).toContain(looking);
  for (const { name } of boardProfiles) {
    const image = relative(root, join(root, dirname(looking), '../../..', 'firmware/hex', `${name}.hex`));
    expect(files).toContain(image);
  }
  const { committedFirmware } = await import(join(root, looking));
  for (const { name } of boardProfiles) expect(committedFirmware(name)).toMatch(/^:/);
});
