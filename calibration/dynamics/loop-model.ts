import type { ElementModel } from '../../devices/elements/index.js';
import type { Parameter } from '../estimates/index.js';

/** What loops are about: what bounds of a search and starts are taken from. Loops set at positive voltages here. */
export interface LoopScale {
  /** Of the voltage that drives, V: highest above 0, lowest below. */
  readonly highest_V: number;
  readonly lowest_V: number;
  /** Largest current, A. */
  readonly current_A: number;
  /** Conductance in the most and in the least conducting state, as the points away from 0 V say, S. */
  readonly g_high_S: number;
  readonly g_low_S: number;
  /** Shortest time between two samples, and the longest loop, s. */
  readonly step_s: number;
  readonly span_s: number;
}

/** A parameter that a fit finds: one of the element's, up to a factor. */
export interface LoopParameter extends Parameter {
  /** The element's parameter; its value is `factor` times this one (1). */
  readonly element: string;
  readonly factor?: number;
  /** SI unit; '' where there is none. */
  readonly unit: string;
}

/** A model that loops are fitted with: an element, which of its parameters are found, and where. */
export interface LoopModel {
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly parameters: (scale: LoopScale) => readonly LoopParameter[];
  /** Its name in cell files, where that is not the element's. */
  readonly inFile?: string;
  /** The element of cell files the other way round: published with SET at negative voltages. */
  readonly turned?: boolean;
  /** The element with all else as it is. */
  readonly element: ElementModel;
  /** Starts from what the loops show, `[parameters]` each; others are drawn between the bounds. */
  readonly starts: (scale: LoopScale) => readonly (readonly number[])[];
}
