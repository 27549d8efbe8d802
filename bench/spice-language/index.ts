export { askNgspice, hasNgspice } from './beside.js';
export { type Comparison, compareExpressions, compareScopes } from './compare.js';
