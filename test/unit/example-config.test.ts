import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { checkConfig, readConfig } from '../../cli/compose/config.js';
import { preset } from '../../cli/compose/presets.js';

it('the explained configuration is the iris preset, key by key', async () => {
  const file = fileURLToPath(new URL('../../examples/net.yaml', import.meta.url));
  const { settle: _, ...explained } = await readConfig({ file });
  const { settle: __, ...wanted } = checkConfig({ ...preset('iris'), preset: 'iris' }, 'preset');
  expect(explained).toEqual({ ...wanted, arithmetic: 'float32', threads: 'auto' });
});
