export {
  type Answer,
  type CommandDefinition,
  type Context,
  type DrawnFigure,
  defineCommand,
  type FigureRequest,
  type OptionsOf,
  type Output,
} from './definition.js';
export { path, quantities, quantity, readBy, repeatable, whole } from './fields.js';
export { longName, replaceFormerFlags } from './former-names.js';
export { commandJsonSchema } from './json-schema.js';
export { type OptionField, optionFields } from './options-of.js';
export { type Given, optionsFrom, readCommandFile } from './read-options.js';
export { startRecording } from './record-line.js';
export { addDefinition, declareFlags, type Typed } from './run-command.js';
export { figureWidth, millimetres } from './shared.js';
