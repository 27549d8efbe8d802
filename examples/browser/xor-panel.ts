import { formatQuantity } from 'ohmprop';
import { levelOf, signed } from './colours.js';
import { contextOf } from './crossbar-map.js';
import { LineChart } from './line-chart.js';
import { NetworkDrawing } from './network-drawing.js';
import { buttonOf, elementOf, say, selectOf } from './page-elements.js';
import { type SeenUpdate, samples, XorLearner } from './xor-learner.js';

/** Inputs of the answers' map, along a side. */
const SIDE = 25;
/** Learnt: all four right by so much, V, in so many updates one after the other. */
const CLEAR_V = 0.2e-3;
const STEADY = 25;
const MOST_UPDATES = 1000;
/** ms of a frame that updates may take. */
const FRAME_SHARE_MS = 8;
const SOURCE_V = 4e-3;
const phases = ['free', 'nudged', 'change'] as const;

/** The network that learns XOR: its two phases, what its conductances learn, its answers. */
export class XorPanel {
  private readonly drawings = phases.map(
    (name) => new NetworkDrawing(elementOf(`xor-${name}`, SVGSVGElement)),
  );
  private readonly chart = new LineChart(elementOf('xor-cost', SVGSVGElement), ['cost']);
  private readonly answers = elementOf('xor-answers', HTMLCanvasElement);
  private readonly cards = elementOf('xor-phases', HTMLElement);
  private readonly run = buttonOf('xor-run');
  private readonly pace = selectOf('xor-pace');
  private learner = new XorLearner(1);
  private seed = 1;
  private seen: SeenUpdate | undefined;
  private costs_V2: number[] = [];
  private steady = 0;
  private running = false;
  private busy = false;
  /** Counts the times that training began: an older loop of frames ends itself. */
  private starts = 0;
  /** Whether it has been marked that all four were right. */
  private marked = false;

  open(): void {
    this.run.addEventListener('click', () => this.toggle(!this.running));
    buttonOf('xor-step').addEventListener('click', () => {
      this.toggle(false);
      void this.work(1);
    });
    buttonOf('xor-anew').addEventListener('click', () => void this.startAnew());
    for (const choice of document.querySelectorAll('input[name=xor-sample]')) {
      choice.addEventListener('change', () => this.drawNetworks());
    }
    this.answers.width = SIDE;
    this.answers.height = SIDE;
    void this.work(1);
  }

  private toggle(running: boolean): void {
    if (running === this.running) return;
    this.running = running;
    this.run.textContent = running ? 'Pause' : 'Train';
    if (!running) return;
    if (this.steady >= STEADY) this.steady = 0;
    performance.mark('xor begins');
    const start = ++this.starts;
    let due_ms = performance.now() - 1000 / Number(this.pace.value);
    const frame = async () => {
      if (start !== this.starts) return;
      if (!this.running) return this.lightPhase(0, 0);
      const pause_ms = 1000 / Number(this.pace.value);
      // a page that was hidden does not make up for what it missed
      due_ms = Math.max(due_ms, performance.now() - pause_ms - 250);
      const owed = Math.floor((performance.now() - due_ms) / pause_ms);
      if (owed > 0) {
        due_ms += owed * pause_ms;
        await this.work(owed);
      }
      this.lightPhase(performance.now() - due_ms, pause_ms);
      requestAnimationFrame(() => void frame());
    };
    requestAnimationFrame(() => void frame());
  }

  /** So many updates, or as many as a frame has time for, then a drawing of the last. */
  private async work(updates: number): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    const { learner } = this;
    const started_ms = performance.now();
    try {
      for (let k = 0; k < updates && performance.now() - started_ms < FRAME_SHARE_MS; k++) {
        this.note(await learner.update());
        if (this.running && this.isDone) {
          this.toggle(false);
          break;
        }
      }
      this.draw(await learner.answers_V(SIDE));
    } finally {
      this.busy = false;
    }
  }

  private get isDone(): boolean {
    return this.steady >= STEADY || this.costs_V2.length >= MOST_UPDATES;
  }

  /** At one update a second its phases light up in turn; faster, all three are there at once. */
  private lightPhase(since_ms: number, pause_ms: number): void {
    const inTurn = this.running && pause_ms >= 1000;
    const phase = inTurn ? phases[Math.min(2, Math.floor((3 * since_ms) / pause_ms))] : 'all';
    if (this.cards.dataset.phase !== phase) this.cards.dataset.phase = phase;
  }

  private note(seen: SeenUpdate): void {
    this.seen = seen;
    this.costs_V2.push(seen.cost_V2);
    const least_V = Math.min(...seen.margins_V);
    this.steady = least_V > CLEAR_V ? this.steady + 1 : 0;
    if (least_V > 0 && !this.marked) {
      this.marked = true;
      performance.mark('xor four of four');
    }
  }

  private async startAnew(): Promise<void> {
    this.toggle(false);
    while (this.busy) await new Promise((resolve) => requestAnimationFrame(resolve));
    const former = this.learner;
    this.learner = new XorLearner(++this.seed);
    await former.close();
    this.costs_V2 = [];
    this.steady = 0;
    this.marked = false;
    await this.work(1);
  }

  private draw(answers_V: Float64Array): void {
    const { seen, costs_V2 } = this;
    if (seen === undefined) return;
    this.drawNetworks();
    const room = [50, 100, 200, 500, MOST_UPDATES].find((most) => costs_V2.length <= most) ?? costs_V2.length;
    this.chart.draw({ x: 'update', y: 'cost, mV²', count: room, first: 1, low: 0, high: 1 }, [
      { name: 'cost', values: costs_V2.map((cost_V2) => cost_V2 * 1e6) },
    ]);
    const image = new ImageData(SIDE, SIDE);
    const pixels = new Uint32Array(image.data.buffer);
    for (const [k, v] of answers_V.entries()) pixels[k] = signed.pixels[levelOf((v / 1e-3 + 1) / 2)];
    contextOf(this.answers).putImageData(image, 0, 0);
    for (const [s, margin_V] of seen.margins_V.entries()) {
      const difference_V = samples[s].different ? margin_V : -margin_V;
      say(`xor-out-${s}`, `${signedText(1e3 * difference_V)} mV`);
      say(`xor-right-${s}`, margin_V > 0 ? '✓ right' : '✗ wrong');
    }
    const count = seen.margins_V.filter((margin_V) => margin_V > 0).length;
    say('xor-updates', String(seen.update));
    say('xor-right', `${count} of 4`);
    say('xor-state', this.stateText(count));
  }

  private stateText(right: number): string {
    if (this.running) return 'Training.';
    if (this.steady >= STEADY)
      return `Learnt: ${right} of 4 right, each by ${1e3 * CLEAR_V} mV or more, ${STEADY} updates in succession.`;
    if (this.costs_V2.length >= MOST_UPDATES) return 'Not learnt from this start: start anew.';
    return 'Paused.';
  }

  /** The three drawings of the chosen sample. */
  private drawNetworks(): void {
    const { seen, learner } = this;
    if (seen === undefined) return;
    const chosen = document.querySelector<HTMLInputElement>('input[name=xor-sample]:checked');
    const s = Number(chosen?.value ?? 1);
    const [x1, x2] = samples[s].x.map((x) => (2 * x - 1) * 4e-3);
    const sources_V = [x1, -x1, x2, -x2];
    const [hidden, outputs] = [part(seen.free.hidden_V, s), part(seen.free.outputs_V, s)];
    const moved = {
      hidden: part(seen.nudged.hidden_V, s).map((v, k) => v - hidden[k]),
      outputs: part(seen.nudged.outputs_V, s).map((v, k) => v - outputs[k]),
    };
    const widths = {
      into: inOrder(seen.before_S.g1, (g) => g / learner.most_S[0]),
      outOf: Array.from(seen.before_S.g2, (g) => g / learner.most_S[1]),
    };
    const over = (values: readonly number[], end: number) => values.map((v) => v / end);
    const most_V = Math.max(SOURCE_V / 4, ...hidden.map(Math.abs), ...outputs.map(Math.abs));
    this.drawings[0].show({
      sources: over(sources_V, SOURCE_V),
      hidden: over(hidden, most_V),
      outputs: over(outputs, most_V),
      ...widths,
    });
    const mostMoved_V = Math.max(1e-12, ...moved.hidden.map(Math.abs), ...moved.outputs.map(Math.abs));
    this.drawings[1].show({
      sources: [0, 0, 0, 0],
      hidden: over(moved.hidden, mostMoved_V),
      outputs: over(moved.outputs, mostMoved_V),
      ...widths,
    });
    const changes = {
      into: inOrder(
        seen.after_S.g1.map((g, k) => g - seen.before_S.g1[k]),
        (g) => g,
      ),
      outOf: Array.from(seen.after_S.g2, (g, k) => g - seen.before_S.g2[k]),
    };
    const mostChange_S = Math.max(1e-18, ...changes.into.map(Math.abs), ...changes.outOf.map(Math.abs));
    this.drawings[2].show({
      sources: [0, 0, 0, 0],
      hidden: hidden.map(() => 0),
      outputs: [0, 0],
      into: over(changes.into, mostChange_S),
      outOf: over(changes.outOf, mostChange_S),
    });
    say('xor-free-scale', `${formatQuantity(most_V, 'V', 2)}; sources ${formatQuantity(SOURCE_V, 'V', 1)}`);
    say('xor-nudged-scale', formatQuantity(mostMoved_V, 'V', 2));
    say('xor-change-scale', formatQuantity(mostChange_S, 'S', 2));
  }
}

/** Of one sample. */
function part(values: Float64Array, sample: number): number[] {
  const size = values.length / samples.length;
  return Array.from(values.subarray(sample * size, (sample + 1) * size));
}

/** Rows of g1, kept as x₁, x₂, −x₁, −x₂, in the order of the drawing. */
function inOrder(g1: Float64Array, by: (g: number) => number): number[] {
  const hidden = g1.length / 4;
  return [0, 2, 1, 3].flatMap((row) => Array.from(g1.subarray(row * hidden, (row + 1) * hidden), by));
}

function signedText(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
