import { expressionText } from '../../../circuits/netlist/index.js';
import { type Expression, substitute } from '../../../core/expression/index.js';
import { inputError } from '../../../core/index.js';
import type { ElementModel } from '../../../devices/elements/index.js';
import { dynamicCell } from '../dynamics-cell.js';
import { missingPart } from '../read-cell.js';
import type { BranchLaw } from '../step-laws.js';
import { type CellToExport, digits, type ExportedCell, oneLine, plainName, unconverged } from './exported.js';

const ACROSS = 'V(p,n)';

/**
 * A subcircuit for ngspice, p to n: current and state where the cell has `dynamics`, else one static subcircuit a branch of `iv`,
 * else a resistor at a state x of the window, 0 to 1.
 * @throws `cell.part` where it has none of these
 */
export async function exportSpice(cell: CellToExport): Promise<ExportedCell> {
  const name = plainName(cell.name);
  const heading = `* ${oneLine(cell.name)}: ${oneLine(cell.description ?? cell.provenance.citation ?? 'made by ohmprop')}`;
  const file = (lines: readonly string[], json: object, remarks: readonly string[]): ExportedCell => ({
    files: [{ name: `${name}.cir`, text: [heading, ...lines, ''].join('\n') }],
    json: { subcircuit: name, ...json },
    remarks,
  });
  const dynamic = await dynamicCell(cell);
  if (dynamic !== undefined) {
    return file(dynamics(name, dynamic.model), { part: 'dynamics', nodes: ['p', 'n'] }, [
      'the state begins at its initial value under .tran … uic',
    ]);
  }
  const { iv, pulse } = cell;
  if (iv !== undefined) {
    const branches = iv.branches.map(({ name: branch, law, offset_A = 0, voltage_V }, k) => {
      const own = iv.branches.length === 1 ? name : `${name}_${k + 1}`;
      const offset = offset_A === 0 ? '' : ` + ${digits(offset_A)}`;
      return [
        `* ${oneLine(branch)}; found from ${digits(voltage_V[0])} V to ${digits(voltage_V[1])} V`,
        `.subckt ${own} p n`,
        `b1 p n I = ${currentOf(law)}${offset}`,
        '.ends',
      ];
    });
    return file(branches.flat(), { part: 'iv', branches: iv.branches.map((branch) => branch.name) }, [
      'static: no voltage changes the state',
      ...unconverged(iv.branches),
    ]);
  }
  if (pulse === undefined) {
    throw missingPart(
      { path: cell.name, cell: { kind: 'cell', format: 1, ...cell } },
      ['dynamics', 'iv', 'pulse'],
      'cell export --to spice',
    );
  }
  const { g_min_S, g_max_S } = pulse;
  return file(
    [
      `.subckt ${name} p n x=0.5`,
      `r1 p n {1/(${digits(g_min_S)} + x*(${digits(g_max_S - g_min_S)}))}`,
      '.ends',
    ],
    { part: 'pulse', g_min_S, g_max_S },
    [
      'the cell has no current over voltage: an ohmic resistor at the state x, 0 to 1, which no voltage changes',
    ],
  );
}

function dynamics(name: string, model: ElementModel): string[] {
  const { equations, state } = model;
  if (equations === undefined) {
    throw inputError(
      'cell.export',
      `${model.name} states no equations that could be written as SPICE text; write it as equations of the part "dynamics"`,
    );
  }
  const values = new Map(model.parameters.map((parameter) => [parameter.name, parameter.value]));
  const text = (expression: Expression, current: string, across = ACROSS) =>
    expressionText(
      substitute(expression, (key) =>
        key === 'v' || key === 'x' || key === 'i' ? undefined : values.get(key),
      ),
      (key) => (key === 'v' ? across : key === 'x' ? 'V(x)' : `(${current})`),
    );
  const { series } = equations;
  const current = text(equations.current, '0', series === undefined ? ACROSS : 'V(p,m)');
  const lines = [
    `.subckt ${name} p n`,
    ...(series === undefined
      ? [`b1 p n I = ${current}`]
      : [
          '* node m is behind the resistance',
          `b1 p m I = ${current}`,
          `b3 m n V = (${text(series, '0')})*I(b3)`,
        ]),
  ];
  if (state === undefined || equations.rate === undefined) return [...lines, '.ends'];
  const rate = text(equations.rate, current);
  const { low, high, initial } = state;
  const above = Number.isFinite(low) ? `V(x) <= ${digits(low)} ? max(0, ${rate}) : ` : '';
  const below = Number.isFinite(high) ? `V(x) >= ${digits(high)} ? min(0, ${rate}) : ` : '';
  return [
    ...lines,
    '* the voltage of node x is the state',
    `b2 0 x I = ${above}${below}${rate}`,
    `c1 x 0 1 ic=${digits(initial)}`,
    'r1 x 0 1e12',
    '.ends',
  ];
}

/** Current over the voltage across the subcircuit, in SPICE syntax. */
function currentOf(law: BranchLaw): string {
  if (law.kind === 'ohmic') return `${digits(law.conductance_S)}*${ACROSS}`;
  if (law.kind === 'sinh') return `${digits(law.current_A)}*sinh(${digits(law.per_V)}*${ACROSS})`;
  if (law.kind === 'exponential')
    return `${digits(law.current_A)}*sgn(${ACROSS})*(exp(${digits(law.per_V)}*abs(${ACROSS})) - 1)`;
  if (law.kind === 'power')
    return `${digits(law.current_A)}*sgn(${ACROSS})*pow(abs(${ACROSS}), ${digits(law.exponent)})`;
  if (law.kind === 'polynomial') {
    // by Horner, so that no power of a negative voltage is taken
    const inner = [...law.coefficients]
      .reverse()
      .reduce((sum, c) => `(${digits(c)} + ${ACROSS}*${sum})`, '0');
    return `${ACROSS}*${inner}`;
  }
  return pieces(law.voltage_V, law.current_A);
}

/** Straight lines as a sum of ramps, which every SPICE has; beyond the ends the first and the last go on. */
function pieces(v: readonly number[], current_A: readonly number[]): string {
  const slopes = v.slice(1).map((end, k) => (current_A[k + 1] - current_A[k]) / (end - v[k]));
  const first = `${digits(current_A[0])} + ${digits(slopes[0])}*(${ACROSS} - (${digits(v[0])}))`;
  const bends = slopes
    .slice(1)
    .map((slope, k) => ` + (${digits(slope - slopes[k])})*uramp(${ACROSS} - (${digits(v[k + 1])}))`);
  return `${first}${bends.join('')}`;
}
