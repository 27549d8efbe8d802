export { cellOfAihwkit, readAihwkit } from './aihwkit.js';
export { cellOfStepTables, readStepTable, type StepTable, stepsOfTable, stepTableFiles } from './crosssim.js';
