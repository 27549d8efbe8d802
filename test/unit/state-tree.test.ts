import { describe, expect, it } from 'vitest';
import type { DeviceState } from '../../core/index.js';
import { flattenState, formatsOfOld, unflattenState } from '../../records/index.js';

const tree: DeviceState = {
  format: 'network/1',
  arrays: { g1: Float64Array.of(1, 2) },
  values: { lastUpdate: 3 },
  parts: {
    cells: {
      format: 'store/2',
      arrays: {},
      values: { pending_s: 0.5 },
      parts: {
        'g1.0': {
          format: 'cells/1',
          arrays: { states: Float32Array.of(7) },
          values: { lastId: 3 },
          parts: {},
        },
        'g1.1': {
          format: 'cells/1',
          arrays: { states: Float32Array.of(8) },
          values: { lastId: 2 },
          parts: {},
        },
      },
    },
  },
};

describe('a tree of states', () => {
  it('is flat in a checkpoint, each name under the path of its part, and a tree again', () => {
    const flat = flattenState(tree);
    expect(Object.keys(flat.arrays)).toEqual(['g1', 'cells.g1.0.states', 'cells.g1.1.states']);
    expect(flat.values).toMatchObject({ lastUpdate: 3, 'cells.pending_s': 0.5, 'cells.g1.1.lastId': 2 });
    expect(flat.formats).toEqual({
      '': 'network/1',
      cells: 'store/2',
      'cells.g1.0': 'cells/1',
      'cells.g1.1': 'cells/1',
    });
    expect(unflattenState(flat)).toEqual(tree);
  });

  it('is read out of what 0.1 wrote: one part, whose format stood behind a plus', () => {
    const state = unflattenState({
      arrays: { g1: Float64Array.of(1), 'cells.g1.0.cells.states': Float32Array.of(7) },
      values: { lastUpdate: 3, 'cells.pending_s': 0 },
      formats: formatsOfOld('layered-float64/1+cell-store/1'),
    });
    expect(state).toMatchObject({ format: 'layered-float64/1', values: { lastUpdate: 3 } });
    expect(state.parts?.cells).toMatchObject({
      format: 'cell-store/1',
      arrays: { 'g1.0.cells.states': Float32Array.of(7) },
      values: { pending_s: 0 },
    });
    expect(formatsOfOld('hopfield-float64/1')).toEqual({ '': 'hopfield-float64/1' });
  });
});
