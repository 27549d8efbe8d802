import { inputError, runError } from '../../core/index.js';
import { solveSignedProduct } from '../../solver/crossbar/index.js';
import type { Answer } from '../frame/index.js';
import type { Io } from '../io.js';
import { WorkBar } from '../work-bar.js';
import type { SolverFlags } from './flags.js';
import { wiresOf } from './lines.js';
import { readCellModel } from './model-cells.js';
import { requireAllInputs, requireOneSource } from './one-source.js';
import type { CrossbarFlags } from './options.js';
import { readingOf } from './read-array.js';
import { readInputs } from './read-inputs.js';
import { convertersOf, readWeights, type WeightFlags, weightsJson, weightsText } from './weights.js';

type TileFlags = CrossbarFlags & SolverFlags & Partial<WeightFlags> & { readonly tile: [number, number] };

/** A signed matrix that is larger than an array, on as many as it needs. */
export async function solveTiles(io: Io, flags: TileFlags): Promise<Answer> {
  const solved = await solveTiled(io, flags);
  const { product, answer, inputs, outputs, tile } = solved;
  const { status, message, tileRows, tileColumns, kclResidual_A, iterations } = product;
  const json = {
    tile,
    tiles: [tileRows, tileColumns],
    inputs: product.power_W.length,
    status,
    kclResidual_A,
    iterations,
    power_W: Array.from(product.power_W),
    weights: answer,
  };
  const text = [
    `${inputs} × ${outputs} weights on ${tileRows} × ${tileColumns} arrays of at most ${tile.rows} × ${tile.cols} cells. ${message}`,
    ...weightsText(answer),
  ].join('\n');
  return {
    text,
    json,
    ...(status === 'settled' ? {} : { failure: runError('crossbar.not-settled', message) }),
    outputs: {
      '.npz': () => ({
        npz: {
          products: { shape: [json.inputs, outputs], data: product.products },
          exactProducts: { shape: [json.inputs, outputs], data: product.exactProducts },
          pairCurrents_A: { shape: [json.inputs, outputs], data: product.pairCurrents_A },
          power_W: { shape: [json.inputs], data: product.power_W },
        },
      }),
      '.json': () => `${JSON.stringify(json)}\n`,
    },
  };
}

/** Reads what is asked for and solves it array by array, with a bar. */
export async function solveTiled(io: Io, flags: TileFlags) {
  requireAllInputs(flags);
  await requireOneSource(flags);
  requireNoLines(flags);
  const signed = await readWeights(flags.weights ?? '', flags);
  const { inputs, outputs } = signed;
  const { inputs_V } = await readInputs(flags.inputs ?? '', {
    lines: inputs,
    lineName: 'row of --weights',
    spread: false,
  });
  const [rows, cols] = flags.tile;
  const { cells } = flags;
  const series = cells === undefined ? undefined : await readCellModel({ ...flags, cells });
  const bar = new WorkBar(io);
  try {
    const product = solveSignedProduct(
      {
        ...signed,
        ...convertersOf(flags),
        inputs_V,
        ...(series === undefined ? {} : { cells: { ...series, ...readingOf(flags) } }),
        tile: { rows, columns: cols },
        wires: wiresOf(flags),
        driveBothEnds: flags.driveBothEnds,
        senseEnds: flags.senseEnds,
        threads: flags.threads,
        tolerance: flags.tolerance,
      },
      (done, all) => bar.update(done, all, 'arrays'),
    );
    const fullScale = signed.weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    return {
      product,
      answer: weightsJson(outputs, fullScale, product),
      inputs,
      outputs,
      tile: { rows, cols },
    };
  } finally {
    bar.stop();
  }
}

/** @throws `crossbar.usage` for what only one array has */
function requireNoLines(flags: TileFlags): void {
  for (const [lines, flag] of [
    [flags.floatRows, '--float-rows'],
    [flags.floatCols, '--float-cols'],
  ] as const) {
    if (lines.length > 0)
      throw inputError('crossbar.usage', `${flag}: names lines of one array; leave it out, or --tile`);
  }
}
