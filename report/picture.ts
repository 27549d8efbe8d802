import { displayUnit } from '../core/index.js';
import { axisTitle } from './axis-title.js';
import { logTicks, plainTicks } from './log-ticks.js';
import { type ColourScale, matrixImage } from './matrix-image.js';
import { ink } from './theme.js';

/**
 * A matrix as one embedded picture that fills its view, with a frame; two Vega-Lite layers.
 * @param values row-major `[rows × columns]`, row 0 on top
 */
export function pictureLayers(
  values: ArrayLike<number>,
  [rows, columns]: readonly [rows: number, columns: number],
  scale: ColourScale,
  [width, height]: readonly [width: number, height: number],
): object[] {
  const corner = { x: { value: 0 }, y: { value: 0 } };
  return [
    {
      data: { values: [{ url: matrixImage(values, rows, columns, scale) }] },
      // Without a description of its own, the whole address would be told to screen readers.
      mark: {
        type: 'image',
        width,
        height,
        align: 'left',
        baseline: 'top',
        aspect: false,
        description: `${rows} × ${columns} values as colours`,
      },
      encoding: { url: { field: 'url' }, ...corner },
    },
    {
      data: { values: [{}] },
      mark: { type: 'rect', fill: null, stroke: ink.axis, strokeWidth: 1 },
      encoding: { ...corner, x2: { value: width }, y2: { value: height } },
    },
  ];
}

/** Share of a legend's length that the label of an end takes. */
const LABEL_SHARE = 0.1;

/** An axis of a view that has none. */
export const noAxis = { scale: { domain: [0, 1] }, axis: null } as const;

/**
 * A mark of no size whose colour scale brings the legend, and whose position the axes.
 * @param legend further settings of the legend
 */
export function colourLegend(
  scale: ColourScale,
  quantity: string,
  unit: string,
  axes: { readonly x: object; readonly y: object } = { x: noAxis, y: noAxis },
  legend: object = { gradientLength: 160 },
): object {
  const display = displayUnit(Math.max(...scale.domain.map(Math.abs)), unit);
  const [low, high] = scale.domain.map((end) => end * display.factor);
  return {
    data: { values: [{ row: 0, column: 0, value: low }] },
    mark: { type: 'point', size: 0, opacity: 1 },
    encoding: {
      x: { field: 'column', type: 'quantitative', ...axes.x },
      y: { field: 'row', type: 'quantitative', ...axes.y },
      color: {
        field: 'value',
        type: 'quantitative',
        scale: {
          type: scale.type,
          domain: [low, high],
          range: [...scale.map.stops],
          interpolate: 'rgb',
          nice: false,
        },
        legend: {
          title: axisTitle(quantity, display.unit),
          gradientOpacity: 1,
          ...plainTicks(legendTicks(scale.type, low, high)),
          ...legend,
        },
      },
    },
  };
}

/** The two ends and the middle; where the scale is logarithmic, round values between the ends. */
function legendTicks(type: ColourScale['type'], low: number, high: number): number[] {
  if (type === 'linear') return [low, (low + high) / 2, high];
  const room = (high / low) ** LABEL_SHARE;
  return [low, ...logTicks(low * room, high / room), high];
}
