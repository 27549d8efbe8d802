import { formatQuantity } from 'ohmprop';
import { CrossbarMap, drawColourBar, percentText } from './crossbar-map.js';
import {
  type ArraySetting,
  ArraySolver,
  commandOf,
  drop_V,
  INPUT_V,
  type SolvedArray,
} from './crossbar-solve.js';
import { latestOf } from './latest.js';
import { LineChart, roundUp } from './line-chart.js';
import { elementOf, inputOf, say, selectOf } from './page-elements.js';

/** Which cell is read out, from 0. */
interface Place {
  row: number;
  column: number;
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Sliders, map, chart and numbers of the crossbar. Every change is solved and drawn within the next frame. */
export function openCrossbarPanel(): void {
  const wire = inputOf('wire-ohm');
  const on = inputOf('on-ohm');
  const size = selectOf('array-size');
  const canvas = elementOf('crossbar-map', HTMLCanvasElement);
  const chart = new LineChart(elementOf('crossbar-outputs', SVGSVGElement), ['ideal', 'with wires']);
  const map = new CrossbarMap();
  const solver = new ArraySolver();
  let shown: SolvedArray | undefined;
  let place: Place = { row: 0, column: 0 };

  const change = latestOf<ArraySetting>((setting, asked_ms) => {
    const started_ms = performance.now();
    const array = solver.solve(setting);
    const solved_ms = performance.now();
    shown = array;
    map.draw(array);
    drawOutputs(chart, array);
    readCell(array, place);
    sayNumbers(array, solved_ms - started_ms);
    performance.measure('crossbar change', { start: asked_ms, end: performance.now() });
    performance.measure('crossbar work', { start: started_ms, end: performance.now() });
  });
  const read = () => {
    const setting = { size: Number(size.value), on_ohm: decade(on), wire_ohm: decade(wire) };
    sayQuantity(wire, 'wire-ohm-shown', formatQuantity(setting.wire_ohm, 'Ω'));
    sayQuantity(on, 'on-ohm-shown', formatQuantity(setting.on_ohm, 'Ω'));
    change(setting);
  };
  const point = (row: number, column: number) => {
    if (shown === undefined) return;
    const last = shown.setting.size - 1;
    place = { row: Math.min(last, Math.max(0, row)), column: Math.min(last, Math.max(0, column)) };
    readCell(shown, place);
  };
  for (const input of [wire, on, size]) input.addEventListener('input', read);
  canvas.addEventListener('pointermove', (event) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const cells = Number(size.value);
    point(
      Math.floor(((event.clientY - top) / height) * cells),
      Math.floor(((event.clientX - left) / width) * cells),
    );
  });
  canvas.addEventListener('keydown', (event) => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const cells = event.shiftKey ? 16 : 1;
    point(place.row + cells * step[0], place.column + cells * step[1]);
  });
  drawColourBar();
  read();
}

/** A slider counts decades; what it stands for is told to three digits, and meant so. */
function decade(slider: HTMLInputElement): number {
  return Number((10 ** slider.valueAsNumber).toPrecision(3));
}

function sayQuantity(slider: HTMLInputElement, shownBy: string, text: string): void {
  say(shownBy, text);
  slider.setAttribute('aria-valuetext', text);
}

function drawOutputs(chart: LineChart, { setting, ideal_A, solution }: SolvedArray): void {
  const most_A = ideal_A.reduce((most, current_A) => Math.max(most, current_A), 0);
  const [unit, factor] = most_A >= 1e-3 ? ['mA', 1e3] : ['µA', 1e6];
  chart.draw(
    {
      x: 'bit line',
      y: `output current, ${unit}`,
      count: setting.size,
      first: 0,
      low: 0,
      high: roundUp(most_A * factor),
    },
    [
      { name: 'ideal', values: ideal_A.map((current_A) => current_A * factor) },
      { name: 'with wires', values: solution.outputCurrents_A.map((current_A) => current_A * factor) },
    ],
  );
}

function readCell(array: SolvedArray, place: Place): void {
  const { setting, conductances_S, solution } = array;
  const last = setting.size - 1;
  const row = Math.min(last, place.row);
  const column = Math.min(last, place.column);
  const cell = row * setting.size + column;
  const across_V = solution.wordVoltages_V[cell] - solution.bitVoltages_V[cell];
  say('cell-place', `row ${row}, column ${column}`);
  say('cell-resistance', formatQuantity(1 / conductances_S[cell], 'Ω'));
  say('cell-voltage', `${(1e3 * across_V).toFixed(1)} of ${1e3 * INPUT_V} mV`);
  say('cell-loss', percentText(drop_V(array, cell) / INPUT_V));
  say('cell-current', formatQuantity(conductances_S[cell] * across_V, 'A'));
}

function sayNumbers(array: SolvedArray, solve_ms: number): void {
  const { setting, solution, meanError, largestError } = array;
  say('mean-error', percentText(meanError));
  say('largest-error', percentText(largestError));
  say('power', formatQuantity(solution.power_W[0], 'W'));
  say('solve-time', `${solve_ms.toFixed(1)} ms, ${solution.stats.iterations} iterations`);
  say('kirchhoff', formatQuantity(solution.stats.kclResidual_A, 'A', 2));
  say('crossbar-status', solution.status === 'settled' ? '' : solution.message);
  say('crossbar-command', commandOf(setting));
}
