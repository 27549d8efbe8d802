import type { OutputsTold } from '../told.js';
import { make, makeSvg } from './elements.js';
import { quantityText } from './text.js';

const WIDTH = 150;
const HEIGHT = 96;
const BAR = 0.62;

/** Outputs of the same few test samples after the newest epoch as bars, with what they should be as lines. */
export function outputsCard({ unit, names, samples, epoch }: OutputsTold): Node[] {
  const all = samples.flatMap(({ outputs, targets = [] }) => [...outputs, ...targets]);
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const span = high - low || 1;
  const y = (value: number) => HEIGHT - ((value - low) / span) * HEIGHT;
  const figures = samples.map(({ sample, asked, answer, outputs, targets }) => {
    const step = WIDTH / outputs.length;
    const said = outputs
      .map((value, k) => {
        const wanted = targets === undefined ? '' : `, asked ${quantityText(targets[k], unit)}`;
        return `${names[k] ?? k} ${quantityText(value, unit)}${wanted}`;
      })
      .join('; ');
    const bars = outputs.map((value, k) =>
      makeSvg('rect', {
        x: ((k + (1 - BAR) / 2) * step).toFixed(1),
        width: (BAR * step).toFixed(1),
        y: Math.min(y(value), y(0)).toFixed(1),
        height: Math.max(0.5, Math.abs(y(value) - y(0))).toFixed(1),
        class: names[k] === answer ? (answer === asked ? 'bar right' : 'bar wrong') : 'bar',
      }),
    );
    const lines = (targets ?? []).map((value, k) =>
      makeSvg('line', {
        x1: (k * step + 2).toFixed(1),
        x2: ((k + 1) * step - 2).toFixed(1),
        y1: y(value).toFixed(1),
        y2: y(value).toFixed(1),
        class: 'target',
      }),
    );
    const zero = makeSvg('line', {
      x1: '0',
      x2: String(WIDTH),
      y1: y(0).toFixed(1),
      y2: y(0).toFixed(1),
      class: 'zero',
    });
    const drawing = makeSvg('svg', {
      viewBox: `0 -3 ${WIDTH} ${HEIGHT + 6}`,
      class: 'outputs',
      role: 'img',
      'aria-label': `Test sample ${sample}: ${said}`,
    });
    drawing.append(...bars, zero, ...lines);
    const title = answer === undefined ? `sample ${sample}` : `${asked} → ${answer}`;
    return make('figure', { title: said }, drawing, make('figcaption', {}, title));
  });
  const lines = samples.some(({ targets }) => targets !== undefined) ? '; lines: what they should be' : '';
  return [
    make('h3', {}, 'Outputs of test samples'),
    make(
      'p',
      { class: 'muted' },
      `Bars: outputs after epoch ${epoch}, from ${quantityText(low, unit)} to ${quantityText(high, unit)}${lines}. Asked → answered.`,
    ),
    make('div', { class: 'maps outputs-of' }, ...figures),
  ];
}
