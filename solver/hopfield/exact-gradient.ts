import { runError } from '../../core/index.js';
import type { Floats, ParameterValues } from '../../devices/contract/index.js';
import { addBackward, addForward, adjointSamples, dot, zerosLike } from '../layered/index.js';
import type { HopfieldParameters } from './parameters.js';

/**
 * Gradient of a cost C (batch mean) at the free equilibrium, by implicit differentiation. At rest s = ρ(W·s + b); with
 * D = ρ' of each unit, 0 where one is held at an end, the Hessian is H = D⁻¹ − W and H·λ = ∂C/∂s,
 *   ∂C/∂W_ij = λ_i s_j + s_i λ_j,   ∂C/∂b_j = λ_j,   λ = 0 at inputs and units held at an end.
 * This is what EqProp estimates, in the limit β → 0.
 * @param states the settled free phase, [batch × n_l] a layer
 * @param costSlope ∂C/∂s of each sample's own cost, [batch × outputs]: s − y for ½‖s − y‖²
 * @param sweeps relax λ by so many sweeps over odd and even layers from 0, instead of solving for it
 */
export function exactHopfieldGradient(
  parameters: HopfieldParameters,
  inputs: Floats,
  states: readonly Float64Array[],
  costSlope: Floats,
  sweeps?: number,
): ParameterValues {
  const { network } = parameters;
  const sizes = network.layers;
  const gradients = zerosLike(parameters.groups());
  for (const { sample, states: s, slope } of adjointSamples(sizes, states, costSlope)) {
    const sensitivity =
      sweeps === undefined
        ? solveHessian(parameters, s, slope, sample)
        : relaxHessian(parameters, s, slope, sweeps);
    const x = Float64Array.from(inputs.subarray(sample * network.inputs, (sample + 1) * network.inputs));
    for (const [l, size] of sizes.entries()) {
      const weight = gradients[`w${l + 1}`];
      const bias = gradients[`b${l + 1}`];
      const before = l === 0 ? x : s[l - 1];
      for (let j = 0; j < size; j++) bias[j] += sensitivity[l][j];
      for (let i = 0; i < before.length; i++) {
        const own = l === 0 ? 0 : sensitivity[l - 1][i];
        for (let j = 0; j < size; j++) {
          weight[i * size + j] += own * s[l][j] + before[i] * sensitivity[l][j];
        }
      }
    }
  }
  return gradients;
}

/** H·λ = slope as (1 − √D·W·√D)·λ/√D = √D·slope, by conjugate gradients (Hestenes & Stiefel, 1952). */
function solveHessian(
  parameters: HopfieldParameters,
  states: readonly Float64Array[],
  slope: readonly Float64Array[],
  sample: number,
): Float64Array[] {
  const roots = states.map((layer) => layer.map((s) => Math.sqrt(parameters.activation.slope(s))));
  const inside = (values: readonly Float64Array[]) =>
    values.map((v, l) => v.map((value, j) => (roots[l][j] > 0 ? roots[l][j] * value : 0)));
  const x = slope.map((v) => new Float64Array(v.length));
  const r = inside(slope);
  const p = r.map((v) => v.slice());
  const start = dot(r, r);
  let rr = start;
  for (let iteration = 0; rr > 1e-26 * start; iteration++) {
    const hp = hessianTimes(parameters, p, inside);
    const curvature = dot(p, hp);
    if (!(curvature > 0) || iteration === 5000) {
      throw runError(
        'gradient.not-settled',
        `exact gradient: sample ${sample} is not at a minimum of its energy (curvature ${curvature} after ${iteration} steps); settle to a smaller residual`,
      );
    }
    const step = rr / curvature;
    for (const [l, values] of x.entries()) {
      for (let j = 0; j < values.length; j++) {
        values[j] += step * p[l][j];
        r[l][j] -= step * hp[l][j];
      }
    }
    const next = dot(r, r);
    for (const [l, values] of p.entries()) {
      for (let j = 0; j < values.length; j++) values[j] = r[l][j] + (next / rr) * values[j];
    }
    rr = next;
  }
  return inside(x);
}

/** The same from 0 by Gauss–Seidel sweeps, each over the odd layers and then the even ones. */
function relaxHessian(
  parameters: HopfieldParameters,
  states: readonly Float64Array[],
  slope: readonly Float64Array[],
  sweeps: number,
): Float64Array[] {
  const x = slope.map((v) => new Float64Array(v.length));
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const first of [0, 1]) {
      for (let l = first; l < x.length; l += 2) {
        const pull = pullOn(parameters, x, l);
        for (let j = 0; j < pull.length; j++)
          x[l][j] = parameters.activation.slope(states[l][j]) * (slope[l][j] + pull[j]);
      }
    }
  }
  return x;
}

/** (1 − √D·W·√D)·v. @param inside multiplies by √D */
function hessianTimes(
  parameters: HopfieldParameters,
  v: readonly Float64Array[],
  inside: (values: readonly Float64Array[]) => Float64Array[],
): Float64Array[] {
  const weighed = inside(v);
  const pulls = inside(v.map((_, l) => pullOn(parameters, weighed, l)));
  return v.map((values, l) => values.map((value, j) => value - pulls[l][j]));
}

/** Σ W·v of each unit of layer l from the layers beside it. */
function pullOn(
  { weights, network }: HopfieldParameters,
  v: readonly Float64Array[],
  l: number,
): Float64Array {
  const pull = new Float64Array(v[l].length);
  if (l > 0) addForward(v[l - 1], weights[l], pull, 1, network.layers[l - 1]);
  if (l + 1 < v.length) addBackward(v[l + 1], weights[l + 1], pull, 1, v[l].length);
  return pull;
}
