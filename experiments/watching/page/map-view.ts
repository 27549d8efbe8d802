import type { MapTold } from '../told.js';
import { make } from './elements.js';
import { cssColour, mapColour } from './style.js';
import { quantityText } from './text.js';

/** A conductance map with its scale and its histogram. */
export function mapFigure(map: MapTold): HTMLElement {
  const { name, rows, columns, unit, low, high, mean, shown } = map;
  const at = make('p', { class: 'readout' });
  const picture = pictureOf(map);
  picture.setAttribute('role', 'img');
  picture.setAttribute(
    'aria-label',
    `${name}, ${rows} by ${columns}: from ${quantityText(low, unit)} to ${quantityText(high, unit)}, mean ${quantityText(mean, unit)}`,
  );
  picture.addEventListener('pointermove', (event) => {
    const box = picture.getBoundingClientRect();
    const r = Math.floor(((event.clientY - box.top) / box.height) * shown.rows);
    const c = Math.floor(((event.clientX - box.left) / box.width) * shown.columns);
    const value = shown.values[r * shown.columns + c];
    const whole = shown.rows === rows && shown.columns === columns;
    const place = whole
      ? `row ${r}, column ${c}`
      : `about row ${Math.floor((r * rows) / shown.rows)}, column ${Math.floor((c * columns) / shown.columns)}, mean of a block`;
    at.textContent = value === undefined || value === null ? place : `${place}: ${quantityText(value, unit)}`;
  });
  const more = shown.rows < rows || shown.columns < columns ? ', means of blocks' : '';
  return make(
    'figure',
    { class: 'map' },
    make(
      'figcaption',
      {},
      make('b', {}, name),
      ` ${rows} × ${columns}${more}, mean ${quantityText(mean, unit)}`,
    ),
    picture,
    make('div', { class: 'scale' }, quantityText(low, unit), scale(), quantityText(high, unit)),
    histogram(map),
    at,
  );
}

function pictureOf({ shown, low, high }: MapTold): HTMLCanvasElement {
  const canvas = make('canvas');
  canvas.width = shown.columns;
  canvas.height = shown.rows;
  // A long thin array stays readable: cells need not be square.
  const ratio = Math.min(4, Math.max(1 / 1.2, shown.columns / shown.rows));
  canvas.style.aspectRatio = String(ratio);
  // A few cells are no poster.
  canvas.style.maxWidth = `${Math.max(6, 2.2 * Math.max(shown.columns, ratio * Math.min(shown.rows, 8)))}rem`;
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  const image = context.createImageData(shown.columns, shown.rows);
  for (const [k, value] of shown.values.entries()) {
    const share = high > low ? ((value ?? 0) - low) / (high - low) : 0.5;
    const [r, g, b] = value === null ? [209, 213, 219] : mapColour(share);
    image.data.set([r, g, b, 255], 4 * k);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function scale(): HTMLCanvasElement {
  const canvas = make('canvas', { 'aria-hidden': 'true' });
  canvas.width = 64;
  canvas.height = 1;
  const context = canvas.getContext('2d');
  for (let k = 0; k < 64 && context !== null; k++) {
    context.fillStyle = `rgb(${mapColour(k / 63).join(' ')})`;
    context.fillRect(k, 0, 1, 1);
  }
  return canvas;
}

/** Counts are logarithmic: a few cells at an edge show beside thousands in the middle. */
function histogram({ name, histogram: { counts, low, high }, unit }: MapTold): HTMLCanvasElement {
  const canvas = make('canvas', { class: 'histogram', role: 'img' });
  const most = Math.max(...counts);
  const peak = counts.indexOf(most);
  const at = low + ((peak + 0.5) / counts.length) * (high - low);
  canvas.setAttribute('aria-label', `Histogram of ${name}: most, ${most}, near ${quantityText(at, unit)}`);
  canvas.width = 6 * counts.length;
  canvas.height = 64;
  const context = canvas.getContext('2d');
  if (context === null || most === 0) return canvas;
  context.fillStyle = cssColour('--s0');
  for (const [k, count] of counts.entries()) {
    const height = count === 0 ? 0 : Math.max(2, (62 * Math.log1p(count)) / Math.log1p(most));
    context.fillRect(6 * k, 64 - height, 5, height);
  }
  return canvas;
}
