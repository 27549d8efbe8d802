import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createContext, Script } from 'node:vm';
import { build, type Rollup } from 'vite';
import { expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { train, xor } from '../../learning/index.js';
import { solveCrossbar } from '../../solver/crossbar/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));

const entry = `${dist}/page.js`;

/** What a page says to solve a crossbar and to train XOR. */
const page = `
import { layeredNetwork } from '${dist}/circuits/layered/index.js';
import { fetchKernels } from '${dist}/kernels/index.js';
import { train, xor } from '${dist}/learning/index.js';
import { solveCrossbar } from '${dist}/solver/crossbar/index.js';
import { LayeredFloat32Device } from '${dist}/solver/layered-float32/index.js';
export { fetchKernels, LayeredFloat32Device, layeredNetwork, solveCrossbar, train, xor };
`;

const crossbar = {
  rows: 5,
  columns: 4,
  conductances_S: Float64Array.from({ length: 20 }, (_, k) => (1 + k) * 1e-5),
  wires: { row_ohm: 3, column_ohm: 2 },
  inputs_V: Float64Array.from({ length: 10 }, (_, k) => k / 10),
};

/** The same training, by whichever build's functions. */
async function trainXor(by: {
  train: typeof train;
  xor: typeof xor;
  layeredNetwork: typeof layeredNetwork;
  LayeredFloat32Device: typeof LayeredFloat32Device;
}) {
  const network = by.layeredNetwork({
    inputs: 2,
    hidden: [8],
    outputs: 2,
    inputGain: 4,
    units: { conductance_S: 1, voltage_V: 1 },
  });
  const device = new by.LayeredFloat32Device(network, { seed: 1, threads: 2 });
  const { epochs } = await by.train({
    device,
    data: by.xor(),
    seed: 1,
    epochs: 20,
    batch: 4,
    estimator: 'centered',
    beta: 0.2,
    rates: { g1: 0.05, g2: 0.05, b1: 0.02, b2: 0.02 },
  });
  const learnt = await device.readParameters();
  await device.close();
  return { cost: epochs.map((epoch) => epoch.cost_V2), g1: Array.from(learnt.g1) };
}

/** A library may say that in a browser it does without: `"browser": { "crypto": false }`, which bundlers heed. */
function doneWithout(id: string, importer = ''): boolean {
  const [, root] = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(importer) ?? [];
  if (root === undefined) return false;
  const { browser } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { browser?: unknown };
  return typeof browser === 'object' && (browser as Record<string, unknown> | null)?.[id] === false;
}

async function bundle(): Promise<string> {
  const foreign: string[] = [];
  const output = (await build({
    configFile: false,
    logLevel: 'silent',
    root: dist,
    // a plain script, which a vm can run, has none
    define: { 'import.meta.url': 'document.baseURI' },
    plugins: [
      {
        name: 'page',
        enforce: 'pre',
        resolveId(id, importer) {
          if (id === entry) return id;
          const asks = id.startsWith('node:') || isBuiltin(id);
          if (asks && !doneWithout(id, importer)) foreign.push(`${id} in ${importer}`);
          return undefined;
        },
        load: (id) => (id === entry ? page : undefined),
      },
    ],
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      lib: { entry, formats: ['iife'], name: 'ohmprop' },
    },
  })) as Rollup.RollupOutput[];
  expect(foreign, 'Node modules outside the platform files').toEqual([]);
  const [chunk] = output[0].output;
  return chunk.code;
}

it('what a browser can run is bundled without any module of Node, and gives the same bits where there is none', async () => {
  const code = await bundle();
  expect(code).not.toMatch(/node:(fs|os|worker_threads|url)/);
  // What a page has, without what Node has besides.
  const globals = createContext({
    AbortController,
    AbortSignal,
    Blob,
    Response,
    TextDecoder,
    TextEncoder,
    URL,
    atob,
    clearTimeout,
    crypto,
    document: { baseURI: 'http://localhost/' },
    fetch,
    performance,
    setTimeout,
  });
  const its = new Script(`${code}; ohmprop`).runInContext(globals);
  await expect(async () => its.solveCrossbar(crossbar)).rejects.toThrow(/await fetchKernels\('crossbar'\)/);
  await its.fetchKernels('crossbar', 'layered');
  const there = its.solveCrossbar({ ...crossbar, threads: 2 });
  const here = solveCrossbar(crossbar);
  expect(there.status).toBe('settled');
  expect([...there.outputCurrents_A]).toEqual([...here.outputCurrents_A]);
  expect([...there.wordVoltages_V]).toEqual([...here.wordVoltages_V]);
  const trained = await trainXor(its);
  expect(trained).toEqual(await trainXor({ train, xor, layeredNetwork, LayeredFloat32Device }));
  expect(trained.cost[19]).toBeLessThan(trained.cost[0]);
});
