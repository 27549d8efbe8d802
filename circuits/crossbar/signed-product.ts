import { driven, type LineConverters, readOut, requireConverters } from './line-converters.js';
import { type ProductErrors, productErrors } from './product-errors.js';
import { exactProducts, type SignedWeights } from './signed-weights.js';
import { type TiledWeights, type TileSize, tileWeights } from './weight-tiles.js';

/** A signed matrix times vectors: what is on which array, and what drives it. */
export interface PlannedProduct {
  readonly signed: SignedWeights;
  readonly tiled: TiledWeights;
  readonly converters: LineConverters;
  readonly count: number;
  /** As asked for, and as the converters of word lines make them, [count × inputs], V. */
  readonly inputs_V: Float64Array;
  readonly driven_V: Float64Array;
  /** Word-line voltages of each tile, [count × rows], V. */
  readonly rows_V: readonly Float64Array[];
}

/**
 * What crossbars make of a signed matrix times vectors, against arithmetic. `errors` is of everything together; `parts` says what each
 * step adds, root mean square over that of the exact products: what cells cannot be set to, what drivers cannot drive, what the cells' curves bend,
 * what wires take, what is lost where currents are read. They add up as signed numbers, so a part may be larger than the whole.
 */
export interface SignedProduct {
  /** Σ w·v as the crossbars have it, and exactly, [count × outputs], in weights times V. */
  readonly products: Float64Array;
  readonly exactProducts: Float64Array;
  /** Currents that stand for the products, [count × outputs], A. */
  readonly pairCurrents_A: Float64Array;
  readonly errors: ProductErrors;
  readonly parts: {
    readonly cells: number;
    readonly drivers: number;
    /** Of cells with models alone: that their currents are no straight lines through what they are at the voltage they were set at. */
    readonly curves?: number;
    readonly wires: number;
    readonly readOut: number;
  };
  /** Ranges of the converters, ±; undefined without them. */
  readonly dacFullScale_V: number | undefined;
  readonly nodeFullScale_A: number | undefined;
  /** Voltages and currents that lay beyond them. */
  readonly clippedInputs: number;
  readonly clippedCurrents: number;
}

/**
 * Puts a signed matrix onto arrays and vectors onto their word lines.
 * @param inputs_V [count × inputs]
 * @throws OhmpropError `crossbar.weights`, `crossbar.converters`
 */
export function planProduct(
  signed: SignedWeights,
  inputs_V: Float64Array,
  { tile, ...converters }: LineConverters & { readonly tile?: TileSize } = {},
): PlannedProduct {
  requireConverters(converters);
  const tiled = tileWeights(signed, tile);
  const { inputs } = signed;
  const count = inputs_V.length / inputs;
  const { values: driven_V } = driven(converters, inputs_V);
  const rows_V = tiled.tiles.map(({ firstInput, inputs: some, array }) =>
    array.drive(
      Float64Array.from(
        { length: count * some },
        (_, e) => driven_V[Math.floor(e / some) * inputs + firstInput + (e % some)],
      ),
    ),
  );
  return { signed, tiled, converters, count, inputs_V, driven_V, rows_V };
}

/**
 * Products, and what each step takes from them, of the currents that came out.
 * @param currents_A of each tile, [count × columns], A
 * @param unwired_A of cells with models the same without wires
 */
export function finishProduct(
  { signed, tiled, converters, count, inputs_V, driven_V }: PlannedProduct,
  currents_A: readonly Float64Array[],
  unwired_A?: readonly Float64Array[],
): SignedProduct {
  const { outputs } = signed;
  const drivenBy = driven(converters, inputs_V);
  const read = readOut(converters, currents_A);
  const sumOf = (of: (array: TiledWeights['tiles'][number]['array'], tile: number) => Float64Array) => {
    const sum = new Float64Array(count * outputs);
    for (const [t, { firstOutput, outputs: some, array }] of tiled.tiles.entries()) {
      const its = of(array, t);
      for (let e = 0; e < its.length; e++)
        sum[Math.floor(e / some) * outputs + firstOutput + (e % some)] += its[e];
    }
    return sum;
  };
  const productsOf = (from: readonly Float64Array[]) =>
    sumOf((array, t) => array.products(array.differences(from[t])));
  const exact = exactProducts(signed, inputs_V);
  const ofCells = { ...signed, weights: tiled.weights };
  // one step after another, each on those before it
  const cells = exactProducts(ofCells, inputs_V);
  const drivers = exactProducts(ofCells, driven_V);
  const curves = unwired_A === undefined ? drivers : productsOf(unwired_A);
  const wires = productsOf(currents_A);
  const products = productsOf(read.currents_A);
  const rms = (values: Float64Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  const added = (after: Float64Array, before: Float64Array) =>
    rms(after.map((v, e) => v - before[e])) / rms(exact);
  return {
    products,
    exactProducts: exact,
    pairCurrents_A: sumOf((array, t) => array.differences(read.currents_A[t])),
    errors: productErrors(products, exact),
    parts: {
      cells: added(cells, exact),
      drivers: added(drivers, cells),
      ...(unwired_A === undefined ? {} : { curves: added(curves, drivers) }),
      wires: added(wires, curves),
      readOut: added(products, wires),
    },
    dacFullScale_V: drivenBy.fullScale,
    nodeFullScale_A: read.fullScale_A,
    clippedInputs: drivenBy.clipped,
    clippedCurrents: read.clipped,
  };
}
