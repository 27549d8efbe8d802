import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** One change of a source file that a test should notice. */
export interface Mutation {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
}

const swapped: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AsteriskToken, '/'],
  [ts.SyntaxKind.SlashToken, '*'],
  [ts.SyntaxKind.LessThanToken, '>='],
  [ts.SyntaxKind.LessThanEqualsToken, '>'],
  [ts.SyntaxKind.GreaterThanToken, '<='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '<'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusEqualsToken, '-='],
  [ts.SyntaxKind.MinusEqualsToken, '+='],
  [ts.SyntaxKind.AsteriskEqualsToken, '/='],
]);

/**
 * Every place of a file where a mutation is possible: an operator turned into its opposite, a condition negated, a number
 * changed, a call or assignment left out. Types, imports, messages and docstrings are no places.
 */
export function mutationsOf(file: string): Mutation[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023, true);
  const found: Mutation[] = [];
  const add = (node: ts.Node, after: string) => {
    const start = node.getStart(source);
    const { line } = source.getLineAndCharacterOfPosition(start);
    found.push({ file, line: line + 1, start, end: node.end, before: node.getText(source), after });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    // what an error says is no behaviour that every word of is tested
    if (ts.isThrowStatement(node) || ts.isTemplateExpression(node)) return;
    if (ts.isBinaryExpression(node)) {
      const after = swapped.get(node.operatorToken.kind);
      const text = ts.isStringLiteralLike(node.left) || ts.isStringLiteralLike(node.right);
      if (after !== undefined && !(text && node.operatorToken.kind === ts.SyntaxKind.PlusToken)) {
        add(node.operatorToken, after);
      }
    }
    if (ts.isIfStatement(node)) add(node.expression, `!(${node.expression.getText(source)})`);
    if (ts.isConditionalExpression(node)) add(node.condition, `!(${node.condition.getText(source)})`);
    if (ts.isNumericLiteral(node) && ts.isExpression(node)) add(node, `(${node.getText(source)} + 1)`);
    if (ts.isExpressionStatement(node)) {
      const { expression } = node;
      const awaited = ts.isAwaitExpression(expression) ? expression.expression : expression;
      const assigns =
        ts.isBinaryExpression(expression) &&
        ts.isPropertyAccessExpression(expression.left) &&
        expression.operatorToken.kind === ts.SyntaxKind.EqualsToken;
      const calls = ts.isCallExpression(awaited) && awaited.expression.kind !== ts.SyntaxKind.SuperKeyword;
      if (calls || assigns) add(node, ';');
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
