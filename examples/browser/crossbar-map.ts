import { levelOf, loss } from './colours.js';
import { drop_V, INPUT_V, type SolvedArray } from './crossbar-solve.js';
import { elementOf } from './page-elements.js';

/** The map of an array: a pixel a cell, by the share of the input that the wires take. */
export class CrossbarMap {
  private readonly canvas = elementOf('crossbar-map', HTMLCanvasElement);
  private readonly context = contextOf(this.canvas);
  private image: ImageData | undefined;
  private pixels = new Uint32Array(0);

  draw(array: SolvedArray): void {
    const { size } = array.setting;
    if (this.image?.width !== size) {
      this.canvas.width = size;
      this.canvas.height = size;
      this.image = new ImageData(size, size);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    const { pixels } = this;
    const { wordVoltages_V, bitVoltages_V } = array.solution;
    for (let k = 0; k < pixels.length; k++) {
      pixels[k] = loss.pixels[levelOf(1 - (wordVoltages_V[k] - bitVoltages_V[k]) / INPUT_V)];
    }
    this.context.putImageData(this.image, 0, 0);
    const furthest = drop_V(array, size - 1);
    this.canvas.setAttribute(
      'aria-label',
      `Map of ${size} × ${size} cells: the wires take ${percentText(drop_V(array, (size - 1) * size) / INPUT_V)} of the input of the cell nearest to both ends, ${percentText(furthest / INPUT_V)} of the furthest. Arrow keys move the reading.`,
    );
  }
}

/** The colours of the map beside their numbers, drawn once. */
export function drawColourBar(): void {
  const canvas = elementOf('crossbar-scale', HTMLCanvasElement);
  const context = contextOf(canvas);
  const image = new ImageData(1, loss.pixels.length);
  new Uint32Array(image.data.buffer).set(loss.pixels.slice().reverse());
  canvas.width = 1;
  canvas.height = loss.pixels.length;
  context.putImageData(image, 0, 0);
}

/** `46.7 %`, of one width from 0.0 to 99.9. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser draws no canvas');
  return context;
}
