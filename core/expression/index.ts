export { apply, minus, type Operand, over, plus, substitute, times, when } from './build.js';
export { compile, compileSlope, type Evaluate, type Slope, slopeOf } from './compile.js';
export { derivative } from './derivative.js';
export { evaluate, fold, folded } from './evaluate.js';
export { call, type Expression, isNumber, number, treeSize, variable, variablesOf } from './expression.js';
export {
  type GeneratedCode,
  type GeneratedLaw,
  type GeneratedLaws,
  generateLaw,
  shapeOf,
} from './generate.js';
export { type Operation, operations } from './operations.js';
