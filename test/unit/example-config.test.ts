import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { checkConfig, preset, readConfig } from '../../experiments/schema/index.js';

it('the explained configuration is the iris preset, key by key', async () => {
  const file = fileURLToPath(new URL('../../examples/net.yaml', import.meta.url));
  const { settle: _, ...explained } = await readConfig({ file });
  const { settle: __, ...wanted } = checkConfig({ ...preset('iris'), preset: 'iris' }, 'preset');
  expect(explained).toEqual({ ...wanted, arithmetic: 'float32', threads: 'auto' });
});

it('the memristive configuration says of its cells what it means to', async () => {
  const file = fileURLToPath(new URL('../../examples/memristors.yaml', import.meta.url));
  const { cells, network } = await readConfig({ file });
  expect(network).toMatchObject({ window: 100 });
  expect(cells).toMatchObject({ model: 'linear', states: 1000, policy: 'accumulate', stuck: 0.001 });
});
