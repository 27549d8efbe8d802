import { create, parseDependencies } from 'mathjs/number';

/**
 * mathjs's parser of equations and nothing else of it: its functions, units and matrices are not made, so that loading takes
 * a twentieth of the time. A build puts it and what it imports into this one file (`faces/bundle.mjs`): the package neither
 * installs mathjs nor names a type of it.
 * @param text one equation @returns the root of its parse tree @throws SyntaxError, with the column, for what is no equation
 */
export const parse: (text: string) => unknown = create(parseDependencies).parse;
